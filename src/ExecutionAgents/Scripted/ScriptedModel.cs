using System.Collections.Immutable;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>
/// A model that plays scripts: the first rule that fits the conversation answers it. Deterministic, offline, and as narrow as its files: for what
/// it has no script, it says so. All that it knows is in the messages. Safe for any number of threads.
/// </summary>
public sealed class ScriptedModel
{
    /// <summary>What it is called where models have names.</summary>
    public const string Name = "scripted";

    private readonly ImmutableArray<ScriptRule> _rules;

    private ScriptedModel(ImmutableArray<ScriptRule> rules) => _rules = rules;

    /// <summary>A model without any script, which has an answer to nothing.</summary>
    public static ScriptedModel Silent { get; } = new([]);

    /// <summary>Binds every <c>scripts/*.yaml</c> of a company, in the order of their paths; mistakes go to <paramref name="reader"/>.</summary>
    public static ScriptedModel Bind(CompanyBundle bundle, ConfigReader reader)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return Bind(bundle.Documents.Where(d => d.Key.StartsWith("scripts/", StringComparison.Ordinal)).Select(d => d.Value), reader);
    }

    /// <summary>Binds script files in the given order; mistakes go to <paramref name="reader"/>.</summary>
    public static ScriptedModel Bind(IEnumerable<ConfigNode.Map> documents, ConfigReader reader)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(reader);
        var scripts = new ScriptReader(reader);
        var rules = documents.SelectMany(d => scripts.Read(d)).ToImmutableArray();
        foreach (var twin in rules.GroupBy(r => r.Name).SelectMany(g => g.Skip(1)))
        {
            reader.Fault(twin.Place, $"There is another rule named '{twin.Name}'.");
        }

        return new ScriptedModel(rules);
    }

    /// <summary>The answer to a conversation: always the same one.</summary>
    public ModelAnswer Answer(ImmutableArray<ModelMessage> messages)
    {
        if (ScriptConversation.Read(messages, out var fault) is not { } conversation)
        {
            return NoScript("The scripted model cannot read this: " + fault + ".");
        }

        foreach (var rule in _rules)
        {
            if (rule.When.Fit(conversation) is { } scope)
            {
                return Play(rule, scope, conversation, messages);
            }
        }

        var about = conversation.TaskKey is { } key ? $", task '{key}'" : string.Empty;
        return NoScript($"The scripted model has no script for this (role '{conversation.Role}', step '{conversation.Step}'{about}). Connect a model to go beyond the scripts.");
    }

    private static ModelAnswer Play(ScriptRule rule, ScriptScope scope, ScriptConversation conversation, ImmutableArray<ModelMessage> messages)
    {
        string? text = null;
        ImmutableArray<ModelToolCall> calls = [];
        string? wrong = null;
        switch (rule.Reply)
        {
            case ScriptReply.Text words:
                text = words.Template.Fill(scope).ToElement().GetString() is { Length: > 0 } said ? said : null;
                break;
            case ScriptReply.Json json:
                text = json.Template.Fill(scope).Text;
                break;
            case ScriptReply.Calls template:
                calls = ReadCalls(template.Template.Fill(scope).ToElement(), conversation.CallCount, out wrong);
                break;
        }

        if (scope.Missing.Count > 0)
        {
            wrong = $"{scope.Missing[0]} points nowhere";
        }

        return wrong is null
            ? new ModelAnswer(ModelOutcome.Replied, text, calls, TokenEstimate.Usage(messages, text, calls), Error: null)
            : NoScript($"The script '{rule.Name}' ({rule.Place}) does not fit after all: {wrong}.");
    }

    /// <summary>Ids count the calls of the conversation, so that equal conversations have equal ids.</summary>
    private static ImmutableArray<ModelToolCall> ReadCalls(JsonElement written, int before, out string? wrong)
    {
        wrong = null;
        var calls = ImmutableArray.CreateBuilder<ModelToolCall>();
        foreach (var call in written.ValueKind == JsonValueKind.Array ? written.EnumerateArray() : [])
        {
            if (call.ValueKind != JsonValueKind.Object || !call.TryGetProperty("tool", out var tool) || tool.ValueKind != JsonValueKind.String)
            {
                wrong = "a call of it names no tool";
                break;
            }

            var args = call.TryGetProperty("args", out var given) ? JsonText.Of(given) : JsonText.EmptyObject;
            calls.Add(new ModelToolCall($"call_{before + calls.Count + 1}", tool.GetString()!, args));
        }

        if (calls.Count == 0)
        {
            wrong ??= "there is nothing that it would call";
        }

        return calls.ToImmutable();
    }

    private static ModelAnswer NoScript(string reason) => new(ModelOutcome.NoScript, Text: null, [], Usage: null, reason);
}
