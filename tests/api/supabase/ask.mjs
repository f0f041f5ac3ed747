// Makes the calls that stand on standard input with the real supabase-js, and prints what each brought.
//
// in:  {"url": ..., "key": ..., "calls": [{"rpc": name, "args": {...}, "options": {...}, "then": [[method, ...args]]}
//                                        | {"invoke": name, "body": {...}}]}
// out: [{"data": ..., "error": {...} | null, "count": ..., "status": ...}]
//
// A text among the arguments that begins with $ stands for what the named function gave before.
import { createClient } from "@supabase/supabase-js";

class NoSocket {} // Node 20 has no WebSocket, and nothing here needs one

const asked = JSON.parse(await new Response(process.stdin).text());
const client = createClient(asked.url, asked.key, {
  auth: { persistSession: false, autoRefreshToken: false },
  realtime: { transport: NoSocket },
});
const given = {};

function filled(value) {
  if (typeof value === "string" && value.startsWith("$")) return given[value.slice(1)];
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filled(inner)]));
}

async function answer(call) {
  if (call.invoke) {
    const { data, error } = await client.functions.invoke(call.invoke, { body: call.body });
    return { data, error: error && { name: error.name, status: error.context?.status } };
  }
  let query = client.rpc(call.rpc, filled(call.args ?? {}), call.options ?? {});
  for (const [method, ...args] of call.then ?? []) query = query[method](...args);
  const { data, error, count, status } = await query;
  given[call.rpc] = data;
  return { data, error, count, status };
}

const answers = [];
for (const call of asked.calls) answers.push(await answer(call));
process.stdout.write(JSON.stringify(answers));
