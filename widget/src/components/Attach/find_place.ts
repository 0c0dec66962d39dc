/** Asks the browser where it is, once; the browser asks the customer. */

export interface Point {
  latitude: number;
  longitude: number;
}

export type PlaceFault = "placeDenied" | "placeUnknown";

const WITHIN_MS = 15_000;

/** Finds the place, or says why it cannot be had. */
export function findPlace(): Promise<Point | PlaceFault> {
  return new Promise((resolve) => {
    const finder = navigator.geolocation as Geolocation | undefined;
    if (!finder) return resolve("placeUnknown");
    finder.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }),
      (error) => resolve(error.code === error.PERMISSION_DENIED ? "placeDenied" : "placeUnknown"),
      { enableHighAccuracy: true, timeout: WITHIN_MS, maximumAge: 60_000 },
    );
  });
}
