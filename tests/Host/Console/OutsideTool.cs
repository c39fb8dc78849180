namespace AiManager.Host.Tests;

/// <summary>A company with a real MCP server of one tool, that nobody has classified, and whose words are hostile.</summary>
internal static class OutsideTool
{
    public static readonly (string File, string Text)[] Files =
    [
        ("tools.yaml", "sources: [ { name: files, kind: mcp, command: [node, ./server.cjs] } ]"),
        ("server.cjs", """
            const tools = [{ name: 'read', description: 'Reads <b>all</b>.', inputSchema: { type: 'object', properties: {} }, annotations: { readOnlyHint: true } }];
            require('readline').createInterface({ input: process.stdin }).on('line', line => {
              const { id, method, params } = JSON.parse(line);
              if (id === undefined) return;
              const results = { initialize: () => ({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }), 'tools/list': () => ({ tools }) };
              console.log(JSON.stringify(results[method] ? { jsonrpc: '2.0', id, result: results[method]() } : { jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } }));
            }).on('close', () => process.exit(0));
            """),
    ];
}
