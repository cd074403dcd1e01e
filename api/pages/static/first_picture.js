// The moment at which the map is on the screen. What the panel asks of the service waits for it, so that the first
// picture has the service and the processor to itself.

const LOOK_MS = 4;
let tell;

/** Resolves when the first picture is drawn, or will not be. */
export const firstPicture = new Promise((resolve) => { tell = resolve; });

/** Say that it is. */
export const markPictured = () => tell();

/** Resolves when everything that a map has asked its graphics card to draw is drawn: to have asked is not yet a picture. */
export function drawn(map) {
  const gl = map.getCanvas().getContext("webgl2");
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  return new Promise((resolve) => {
    const look = () => {
      if (gl.isContextLost() || gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.SIGNALED) requestAnimationFrame(resolve);
      else setTimeout(look, LOOK_MS);
    };
    look();
  });
}
