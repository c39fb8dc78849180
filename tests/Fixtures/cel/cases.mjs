// Writes the conformance cases of an unpacked @bufbuild/cel-spec as one JSON list: {suite, section, name, expr, value | evalError, …}.
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const { tests } = await import(pathToFileURL(resolve(process.argv[2], "dist/esm/testdata/conformance.js")).href);
const cases = [];
const walk = (node, path) => {
  for (const suite of node.suites ?? []) walk(suite, [...path, suite.name]);
  for (const test of node.tests ?? []) cases.push({ suite: path[0], section: path.slice(1).join("/"), ...test.original });
};
walk(tests, []);
process.stdout.write(`[\n${cases.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
