namespace AiManager.Host.Tests;

/// <summary>A company in which every map that a file may have is there at least once.</summary>
internal static class EverythingSaid
{
    public static TempFolder Make() => SmallCompany.Make(
        ("company.yaml", Company), ("tools.yaml", Tools), ("authority.yaml", Authority), ("people.yaml", People), ("scripts/all.yaml", Scripts), ("monitors.yaml", Monitors), ("standing.yaml", Standing),
        ("crm.openapi.json", """{"openapi":"3.1.0","paths":{"/a":{"post":{"operationId":"add"}}}}"""),
        ("agents/buyer.md", "---\nname: buyer\nskills: [buying]\ntools: [erp.order]\nmodel: fast\nlimits: { turns: 3, tokens: 1000 }\n---\nYou buy.\n"),
        ("playbooks/all.md", Playbook));

    private const string Playbook = """
        ---
        name: all
        outcome: All is there.
        acceptance:
          - { tool: erp.prices, args: { sku: A-1 }, is: "size(result.rows) > 0" }
          - { review: It reads well. }
        singleton: all
        deadline: 4h
        budget: { money: 1, modelCost: 1, tokens: 1000, calls: 10, toolCalls: 10, time: 1h, recipients: 3 }
        grant:
          tools: [erp.order]
          limits: [ { tool: erp.order, arg: supplier, oneOf: [acme], startsWith: ac }, { tool: erp.order, arg: quantity, atLeast: 1, atMost: 5 } ]
          resources: ["supplier:acme"]
          reads: [internal]
          releases: [internal]
          budget: { money: 1 }
          expiresAfter: 2h
          tasks:
            buy:
              tools: [erp.order]
              limits: [ { tool: erp.order, arg: supplier, oneOf: ["{{supplier}}"] } ]
              resources: ["supplier:{{supplier}}"]
              reads: [internal]
              releases: [internal]
              budget: { money: "{{amount}}", toolCalls: 3 }
              expiresAfter: 1h
        agents: [buyer]
        goals: [Get all.]
        mode: enforce
        ---
        Get it.
        """;

    private const string Company = """
        name: Everything
        currency: EUR
        timeZone: Europe/Prague
        models: { default: { kind: openai, name: big, url: "http://127.0.0.1:1/v1" }, fast: { name: small, url: "http://127.0.0.1:1/v1" } }
        budget: { money: 1, toolCalls: 200, time: 2h, recipients: 10 }
        allowLocalStandIn: true
        savings: { minutesPerTask: 12 }
        api: { writesPerMinute: 60, hosts: [manager.example.com], proxies: [10.0.0.5] }
        retention: { archiveAfter: 90d, to: archive }
        memory: { workflow: 730d, task: 90d, decision: 365d, vectors: { qdrant: "http://127.0.0.1:6333", tenant: everything, timeout: 2s } }
        embeddings: { url: "http://127.0.0.1:1/v1", model: minilm, dimensions: 384, inside: true, timeout: 10s }
        seals: { every: 10m, to: /var/seals }
        changeControl: { role: cfo }
        signIn: { oidc: { name: Example ID, authority: "https://id.example.com", clientId: manager, scopes: [openid, email], subjects: { u1: jana }, address: "https://manager.example.com" } }
        webhooks: { pager: { url: "http://127.0.0.1:1/hook", secret: "${WEBHOOK}", previousSecret: "${WEBHOOK}", events: [approval.requested], allowPrivate: true, timeout: 5s } }
        mail: { host: smtp.example.com, port: 587, tls: starttls, from: AI Manager <manager@example.com>, address: "https://manager.example.com", user: manager, password: "${HOOK}", decide: true, secret: "${MAIL}", timeout: 10s }
        worlds: { everything: { connection: "Data Source=everything.db" } }
        """;

    private const string People = """
        people:
          - { id: jana, name: Jana, roles: [operator, lead, cfo], skills: { planning: 0.8 }, hours: "Mon-Fri 08:00-17:00 Europe/Prague", capacity: 6 }
        """;

    private const string Monitors = """
        monitors:
          - name: nightly
            schedule: { cron: "0 2 * * *" }
            when: { tool: erp.prices, args: {}, is: "size(result.rows) > 0" }
            submit: { goal: Look., inputs: { rows: "${result.rows}" } }
            quiet: { from: "22:00", to: "06:00" }
            spend: { perRun: 1 }
          - name: called
            schedule: { webhook: { secret: "${HOOK}" } }
            submit: { goal: Look. }
        """;

    private const string Tools = """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - { name: prices, effect: observe, schema: { type: object, properties: {} }, sql: "select 1 as price" }
              - name: order
                effect: spend
                parameters: { supplier: string, lines: { array: { sku: string } } }
                money: facts.total
                recipients: args.supplier
                resource: { type: supplier, id: args.supplier }
                record: { type: supplier, id: args.supplier, approvers: { all: [ { role: lead } ] } }
                facts: { total: { type: number, title: what it costs, money: true, sql: "select 1" } }
                precondition: { sql: "select 1" }
                preview: { tool: keyed.add, args: { name: supplier } }
                sql: "select 1"
                rows: 100
                retries: 1
                concurrency: 4
                rate: { calls: 60, per: 1m }
                returns: { ".": internal, id: { integrity: vetted, kind: order, labels: [orders], readers: [company], reason: The database gives it. } }
                authorityArguments: { supplier: { kind: supplier, endorse: { oneOf: [acme] }, reason: It gets the money. }, lines.*.sku: {} }
          - name: files
            kind: mcp
            command: [server-files, ./inbox]
            env: { TOKEN: "${HOOK}" }
            startTimeout: 10s
            timeout: 2m
            idle: 20s
            maxResult: 1048576
            sampling: refuse
            elicitation: refuse
            roots: refuse
            tools:
              - name: write_file
                effect: spend
                digest: "0000000000000000000000000000000000000000000000000000000000000000"
                destructive: true
                idempotent: false
                openWorld: false
                timeout: 1m
                undo: delete_file
                preview: { tool: erp.prices, args: {} }
                money: args.amount
                recipients: args.to
                resource: { type: file, id: args.path }
                record: { type: file, id: args.path, approvers: { role: lead } }
                returns: { ".": { integrity: third-party, kind: file, labels: [files], readers: [company], reason: Anybody can write there. } }
                authorityArguments: { path: { kind: file, endorse: { most: 5 }, reason: It is overwritten. } }
          - name: service
            kind: openapi
            document: crm.openapi.json
            baseUrl: https://crm.example.com/api
            auth: { oauth: { tokenUrl: "https://id.example.com/token", clientId: us, clientSecret: "${HOOK}", scope: read, audience: crm } }
            operations: ["ad*"]
            idempotencyKey: { header: Idempotency-Key, operations: [add] }
            allowPrivate: false
            maxResponse: 65536
            timeout: 20s
            tools: [ { name: add, effect: write-reversible, retries: 3, concurrency: 2, rate: { calls: 10, per: 1s } } ]
          - { name: basic, kind: openapi, document: crm.openapi.json, baseUrl: "https://crm.example.com", auth: { basic: { user: us, password: "${HOOK}" } } }
          - { name: keyed, kind: openapi, document: crm.openapi.json, baseUrl: "https://crm.example.com", auth: { apiKey: { header: X-Key, value: "${HOOK}" } } }
          - { name: native, kind: assembly, path: My.Tools.dll, sha256: "0000000000000000000000000000000000000000000000000000000000000000", timeout: 5s, tools: [ { name: add, effect: compute } ] }
          - { name: crm, kind: mcp, url: "https://crm.example.com/mcp", auth: { bearer: "${HOOK}" } }
        """;

    private const string Authority = """
        version: 1
        lists: { known: [acme] }
        rules:
          - { id: large, effect: ask, tools: [erp.order], when: facts.total > 5, approvers: { all: [ { role: lead }, { role: cfo } ] } }
          - { id: small, effect: allow, tools: [erp.order], when: facts.total <= 5, obligations: { redact: [iban], notify: lead, hold: 1m, secondLook: cfo } }
          - { id: reads, effect: allow, mode: shadow, effects: [observe], advice: Read less. }
          - { id: cut, effect: transform, tools: [erp.order], change: [ { arg: supplier, redact: true } ] }
          - { id: once, effect: deny, tools: [erp.order], history: { some: { tools: [erp.order], agents: [buyer], same: [args.supplier], by: caller, within: 1h, where: facts.total > 1 }, atLeast: 2 } }
          - { id: unseen, effect: ask, tools: [erp.order], history: { none: { tools: [erp.prices] } }, approvers: { onShift: true, inOrder: [ { role: lead }, { role: cfo } ] } }
          - { id: in-all, effect: deny, tools: [erp.order], history: { sum: facts.total, of: { tools: [erp.order], same: { args.supplier: args.supplier } }, above: 9 } }
          - { id: agreed, effect: allow, tools: [erp.order], answers: [large], validUntil: "2099-12-31T18:00:00Z", uses: 3, limits: [ { arg: supplier, oneOf: [acme] } ] }
          - { id: stale, effect: defer, effects: [spend], when: facts.total == 3, retryAfter: 5m, tries: 3 }
        flows:
          - { id: proven, effect: ask, labels: [third-party], arguments: authority, to: spend, approvers: { all: [ { role: lead } ] } }
          - { id: inside, effect: deny, labels: [orders], to: [openWorld, "model:*"] }
        budgets:
          - { id: per-day, scope: company, per: 1d, money: 100, approvers: { all: [ { role: cfo } ] } }
          - { id: per-agent, scope: agent, per: month, money: 1000, onExceeded: deny }
          - { id: per-tool, scope: tool, per: 24h, money: 500, toolCalls: 100, time: 30m, recipients: 20, onExceeded: deny }
          - { id: per-run, scope: workflow, tokens: 1000, warnAt: 0.9, onExceeded: deny }
        approvals: { perPersonPerHour: 30, onExceeded: escalate }
        tests:
          - { name: small, call: { agent: buyer, tool: erp.order, args: { supplier: acme } }, facts: { total: 1 }, labels: { supplier: [vetted, orders] }, history: [ { agent: buyer, tool: erp.order, args: { supplier: acme }, facts: { total: 1 }, ago: 5m } ], expect: allow }
        """;

    private const string Standing = """
        rules:
          - { id: standing-one, effect: allow, agents: [buyer], tools: [erp.order], answers: [large], validUntil: "2099-12-31T18:00:00+01:00", limits: [ { arg: supplier, oneOf: [acme] } ] }
        """;

    private const string Scripts = """
        rules:
          - name: tests of every kind
            when:
              step: act
              context: { a.b: { is: 1 }, c: { not: { exists: true } }, d: { oneOf: [ { is: 1 }, 2 ] }, e: { some: { f: { has: x } } } }
              results: { erp.prices: succeeded, erp.order: { rows: { is: [] } } }
            reply:
              json:
                plain: { text: words, list: [ { deep: 1 } ] }
                each: { $forEach: $item.lines, $as: line, $where: { $line.kind: { not: old } }, $give: { sku: $line.sku } }
                one: { $first: $item.lines, $as: line, $where: { $line.kind: new }, $give: $line.sku, $else: { none: true } }
          - name: calls
            when: { step: act }
            reply:
              calls:
                - { tool: erp.prices, args: {} }
                - { $forEach: $item.lines, $as: line, $give: { tool: erp.order, args: { supplier: $line.supplier } } }
          - name: calls for each
            when: { step: act }
            reply:
              calls: { $forEach: $item.lines, $as: line, $give: { tool: erp.order, args: {} } }
        """;
}
