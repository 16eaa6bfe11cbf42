// What the TypeScript SDK's client makes of the server: it checks every answer against its schema.
// node typescript_client.mjs NODE_MODULES '[{"tool": ..., "arguments": ...}]' COMMAND ARGUMENT...
import { createRequire } from "node:module";

const [folder, calls, command, ...args] = process.argv.slice(2);
const require = createRequire(`${folder}/index.js`);
const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = require("@modelcontextprotocol/sdk/client/stdio.js");
const { ElicitRequestSchema } = require("@modelcontextprotocol/sdk/types.js");

const client = new Client({ name: "test", version: "1" }, { capabilities: { elicitation: {} } });
let forms = 0;
client.setRequestHandler(ElicitRequestSchema, async () => {
  forms += 1;
  return { action: "accept", content: { answer: "i" } };
});
await client.connect(new StdioClientTransport({ command, args, env: process.env, stderr: "inherit" }));
const tools = (await client.listTools()).tools;
const problems = [];
let steps = 0;
for (const { tool, arguments: given } of JSON.parse(calls)) {
  try {
    const result = await client.callTool({ name: tool, arguments: given }, undefined, {
      timeout: 120_000,
      resetTimeoutOnProgress: true,
      onprogress: () => (steps += 1),
    });
    if (result.isError || !result.structuredContent) problems.push(`${tool}: ${result.content[0].text}`);
  } catch (error) {
    problems.push(`${tool}: ${error.message}`);
  }
}
const sitting = await client.callTool({ name: "assess", arguments: { languages: "py" } });
const role = await client.readResource({ uri: "backwright://role/go-developer" });
const prompt = await client.getPrompt({ name: "roadmap", arguments: { role: "go-developer" } });
const completed = await client.complete({
  ref: { type: "ref/prompt", name: "roadmap" },
  argument: { name: "role", value: "go" },
});
await client.close();
console.log(
  JSON.stringify({
    tools: tools.length,
    problems,
    forms,
    steps,
    sitting: sitting.content[0].text,
    role: role.contents[0].text,
    prompt: prompt.messages[0].content.text,
    completed: completed.completion.values,
  }),
);
process.exit(0);
