// Drives Prisma's own schema engine (WebAssembly) for broxspec.
//
// Reads one JSON request a line from stdin, `{"id", "command", ...}`, and answers each with one line on stdout,
// `{"id", "result"}` or `{"id", "error": {"message", "code"}}`, in the order asked. Ends when stdin does.
// The packages are looked for in the folder given as the first argument (the one that holds `node_modules`).

import { webcrypto } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const folder = path.resolve(process.argv[2] ?? ".");
const require = createRequire(path.join(folder, "package.json"));
globalThis.crypto ??= webcrypto; // Node 18, which Debian 12 has, does not make it global; the engine dies without it
let panic = "";
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => { panic = message; } };
const filters = { externalTables: [], externalEnums: [] };

// Node imports .wasm files as modules only behind a flag, so the generated glue is linked by hand.
async function loadEngine() {
  const at = path.dirname(require.resolve("@prisma/schema-engine-wasm"));
  const glue = await import(pathToFileURL(path.join(at, "schema_engine_bg.js")));
  const binary = await readFile(path.join(at, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(binary, { "./schema_engine_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue;
}

const utils = require("@prisma/driver-adapter-utils");
const { SchemaEngine, version } = await loadEngine();

// Making DDL of a schema needs no database; the engine only asks once which server it would be for.
const { Boolean: bool, Text: text, Int32: int32 } = utils.ColumnTypeEnum;
const needsDatabase = async () => { throw new Error("this request needs a database"); };
const nowhere = {
  provider: "postgres",
  adapterName: "broxspec-offline",
  queryRaw: async ({ sql }) =>
    sql.includes("server_version_num")
      ? {
          columnNames: ["exists", "version", "numeric_version"],
          columnTypes: [bool, text, int32],
          rows: [[true, "PostgreSQL 15.0", 150000]],
        }
      : needsDatabase(),
  executeRaw: needsDatabase,
  executeScript: needsDatabase,
  startTransaction: needsDatabase,
  getConnectionInfo: () => ({ schemaName: undefined, supportsRelationJoins: true }),
  dispose: async () => {},
};
const offline = () => ({
  factory: utils.bindMigrationAwareSqlAdapterFactory({
    provider: "postgres",
    adapterName: "broxspec-offline",
    connect: async () => nowhere,
    connectToShadowDb: async () => nowhere,
  }),
  close: async () => {},
});

// The engine reads columns of the catalog's one-byte "char" type, which the adapter refuses. It takes them as bpchar, and hands
// them on as text, in which the engine finds no constraint's type and panics; so they are named for what they are.
const ONE_BYTE_CHAR = 18;
const BPCHAR = 1042;

function database({ host, port, user, database }) {
  const { PrismaPg } = require("@prisma/adapter-pg");
  const { Pool } = require("pg");
  let oneByte = []; // which columns of the last result; there is one session, and it is asked one thing at a time
  class CatalogPool extends Pool {
    async query(...request) {
      const result = await super.query(...request);
      const fields = result.fields ?? [];
      oneByte = fields.map((field) => field.dataTypeID === ONE_BYTE_CHAR);
      for (const field of fields) if (field.dataTypeID === ONE_BYTE_CHAR) field.dataTypeID = BPCHAR;
      return result;
    }
  }
  class CatalogFactory extends PrismaPg {
    async connect() {
      const adapter = await super.connect();
      const ask = adapter.queryRaw.bind(adapter);
      adapter.queryRaw = async (query) => {
        const result = await ask(query);
        const named = (type, column) => (oneByte[column] ? utils.ColumnTypeEnum.Character : type);
        return { ...result, columnTypes: result.columnTypes.map(named) };
      };
      return adapter;
    }
  }
  const pool = new CatalogPool({ host, port, user, database, max: 1 });
  const factory = utils.bindMigrationAwareSqlAdapterFactory(new CatalogFactory(pool));
  return { factory, close: () => pool.end() };
}

// The engine names a failure inside the adapter by a number only; the adapter still holds the failure itself.
function unwrap(error, factory) {
  const number = /External error id#(\d+)/.exec(error?.message ?? String(error))?.[1];
  return (number && factory.errorRegistry.consumeError(Number(number))?.error) || error;
}

// After a panic the engine's memory is not to be trusted.
function die(message) {
  process.stderr.write(`panic in the schema engine: ${message}\n`);
  process.exit(1);
}
// A panic in a callback of the engine reaches no caller.
process.on("uncaughtException", (error) => die(panic || error.stack));

async function withEngine({ factory, close }, datamodels, work) {
  let engine;
  try {
    engine = await SchemaEngine.new({ datamodels }, () => {}, factory);
    return await work(engine);
  } catch (error) {
    if (panic) die(panic);
    throw unwrap(error, factory);
  } finally {
    engine?.free();
    await close(); // the engine leaves its session open, and in it the lock that guards migrations
  }
}

const pairs = (files) => files.map(({ path, content }) => [path, content]);
const datamodel = (files) => ({ tag: "schemaDatamodel", files });

async function diff(engine, from, to) {
  const { stdout } = await engine.diff({ from, to, script: true, exitCode: null, filters });
  return stdout ?? "";
}

// The engine wants all migrations in memory, read from disk by its caller.
const list = (request) => ({
  baseDir: request.folder,
  lockfile: { path: "migration_lock.toml", content: request.lock },
  shadowDbInitScript: "",
  migrationDirectories: request.migrations.map(({ name, content }) => ({
    path: name,
    migrationFile: { path: "migration.sql", content: { tag: "ok", value: content } },
  })),
});

const live = (request, work) => withEngine(database(request.dsn), undefined, work);

const commands = {
  version: async () => version(),
  ddl: (request) =>
    withEngine(offline(), pairs(request.files), (engine) => diff(engine, { tag: "empty" }, datamodel(request.files))),
  diff: (request) =>
    withEngine(offline(), pairs(request.to), (engine) => diff(engine, datamodel(request.from), datamodel(request.to))),
  diffDatabase: (request) =>
    withEngine(database(request.dsn), pairs(request.files), (engine) =>
      diff(engine, { tag: "schemaDatasource", files: request.files, configDir: folder }, datamodel(request.files))),
  deploy: (request) =>
    live(request, async (engine) =>
      (await engine.applyMigrations({ migrationsList: list(request), filters })).appliedMigrationNames),
  markApplied: (request) =>
    live(request, (engine) =>
      engine.markMigrationApplied({ migrationName: request.name, migrationsList: list(request) })),
  markRolledBack: (request) =>
    live(request, (engine) => engine.markMigrationRolledBack({ migrationName: request.name })),
  diagnose: (request) =>
    live(request, (engine) =>
      engine.diagnoseMigrationHistory({ migrationsList: list(request), optInToShadowDatabase: false, filters })),
};

// What the engine throws is an Error, a string of JSON, or an object; each hides its message elsewhere.
function describe(error) {
  let message = error?.message ?? String(error);
  let code = error?.code ?? null;
  try {
    const inner = JSON.parse(message);
    message = inner.message ?? message;
    code = inner.error_code ?? inner.code ?? code;
  } catch { /* it was plain text */ }
  if (error?.cause?.originalMessage) {
    message = error.cause.originalMessage;
    code = error.cause.originalCode ?? code;
  }
  // A trace of the engine's own source lines follows the message; nobody who reads the message can use it.
  return { message: message.replace(/\n +0: [\s\S]*$/, "").trim(), code };
}

async function answer(line) {
  const request = JSON.parse(line);
  const command = commands[request.command];
  if (!command) return { id: request.id, error: { message: `unknown command ${request.command}`, code: null } };
  try {
    return { id: request.id, result: (await command(request)) ?? null };
  } catch (error) {
    return { id: request.id, error: describe(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim()) process.stdout.write(JSON.stringify(await answer(line)) + "\n");
}
process.exit(); // the engine's own timers would keep Node alive for ten seconds more
