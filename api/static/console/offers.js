// Which routes this API has, read once from its own description: asking for one that is not there
// would be an error in every console.

let paths = null;

/** Whether a path of the OpenAPI document exists, such as "/v1/pipeline". */
export async function offers(path) {
  paths ??= read();
  const found = await paths;
  return found !== null && path in found;
}

async function read() {
  try {
    const response = await fetch("/openapi.json");
    return (await response.json()).paths;
  } catch {
    paths = null; // away for now: ask again next time
    return null;
  }
}
