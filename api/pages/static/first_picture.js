// The moment at which the map is on the screen. What the panel asks of the service waits for it, so that the first
// picture has the service to itself.

let tell;

/** Resolves when the first picture is drawn, or will not be. */
export const firstPicture = new Promise((resolve) => { tell = resolve; });

/** Say that it is. */
export const markPictured = () => tell();
