// What the service says about itself: city, edition, viewer, age of the data; asked once, then again every
// minute, so that a picture that has grown old says so.

import { get } from "./api.js";

export const service = { city: null, seen: null };
const POLL_MS = 60_000;

/** Ask for the city; null while there is none, or no edition of it is in force. */
export async function loadCity() {
  const city = await get("/city").catch((error) => {
    if (error.status === 404) return null;
    throw error;
  });
  service.city = city?.edition ? city : null;
  service.seen = new Date();
  return service.city;
}

const stamp = (city) => (city ? `${city.edition?.id} ${city.data_as_of}` : "");

/** Compare with the service every minute: `newer(city)` when it has moved on, `lost(error)`, `back()`. */
export function startPolling({ newer, lost, back }) {
  let away = false;
  setInterval(async () => {
    try {
      const city = await get("/city");
      if (away) back();
      away = false;
      service.seen = new Date();
      if (stamp(city) !== stamp(service.city)) newer(city);
    } catch (error) {
      away = true;
      lost(error);
    }
  }, POLL_MS);
}
