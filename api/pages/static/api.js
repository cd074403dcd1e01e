// Asking the service. Every failure becomes a `Problem` that can be shown: there is no answer that merely
// looks empty.

const BASE = "/api/v1";
const TIMEOUT_MS = 60_000;

/** A failed request: status 0 when the service could not be reached, else what problem+json said. */
export class Problem extends Error {
  constructor({ status = 0, title = "", detail = "", remedy = "", request = "" }) {
    super([title, detail].filter(Boolean).join(": ") || `HTTP ${status}`);
    Object.assign(this, { status, title, detail, remedy, request });
  }
}

async function problemOf(response) {
  const body = await response.json().catch(() => ({}));
  return new Problem({
    status: response.status,
    title: body.title ?? response.statusText,
    detail: [body.detail, body.where].filter((part) => typeof part === "string").join("\n"),
    remedy: body.remedy ?? "",
    request: body.request_id ?? "",
  });
}

async function fetchJson(url, signal) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response;
  try {
    response = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      headers: { accept: "application/json, application/geo+json, application/problem+json" },
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem({ detail: error.name === "TimeoutError" ? "timeout" : "" });
  }
  if (!response.ok) throw await problemOf(response);
  return response.json().catch(() => {
    throw new Problem({ status: response.status, detail: "JSON" });
  });
}

function address(path, parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "") query.set(name, value);
  }
  return query.size ? `${BASE}${path}?${query}` : `${BASE}${path}`;
}

/** True for the error of a request that we ourselves gave up. */
export function isAbandoned(error) {
  return error?.name === "AbortError";
}

/** One answer. */
export function get(path, parameters = {}, signal = undefined) {
  return fetchJson(address(path, parameters), signal);
}

/** The items or features of all pages of a list. */
export async function getAll(path, parameters = {}, signal = undefined) {
  const rows = [];
  let url = address(path, parameters);
  while (url) {
    const page = await fetchJson(url, signal);
    rows.push(...(page.features ?? page.items ?? []));
    url = page.next ? new URL(page.next, location.href).pathname + new URL(page.next, location.href).search : null;
  }
  return rows;
}
