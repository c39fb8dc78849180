using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>The form for a new goal, as the first page has it.</summary>
internal static class GoalForm
{
    /// <summary>Its name on the page.</summary>
    public const string Name = "goal";

    private static readonly string[] Fields = ["goal", "suggestion", "playbook", "deadline", "money", "inputs"];

    /// <summary>What a form of its own carries, so that sending it twice is no second goal.</summary>
    public static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Reads it: a submission, or which field cannot be read and why. Whether its goal and its playbook will do is for the desk to say.</summary>
    /// <param name="form">As it was sent.</param>
    /// <param name="requester">Who asks: a person's id.</param>
    /// <param name="company">Whose budget holds where the form names none.</param>
    /// <param name="now">From when a deadline counts.</param>
    public static (SubmitRequest? Request, string? Fault) Read(IFormCollection form, string requester, LoadedCompany company, DateTimeOffset now)
    {
        var (goal, suggestion) = (form["goal"].ToString(), form["suggestion"].ToString());
        if (suggestion.Length > 0 && !string.IsNullOrWhiteSpace(goal) && goal.Trim() != suggestion)
        {
            return (null, "Nothing was handed in: you pressed a suggestion and wrote something of your own as well. Hand in what you wrote, or empty the field and press the suggestion again.");
        }

        var (deadline, late) = form["deadline"].ToString() is { Length: > 0 } until ? WorkflowDesk.ReadDeadline(until, now) : (null, null);
        if (late is not null)
        {
            return (null, "Deadline: " + late);
        }

        var money = company.Settings.Budget?.Money;
        if (form["money"].ToString().Trim() is { Length: > 0 } most)
        {
            if (!decimal.TryParse(most, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount <= 0)
            {
                return (null, $"The budget must be a number above 0, such as 5000 or 12.50, in {company.Settings.Currency}.");
            }

            money = amount;
        }

        var inputs = JsonText.EmptyObject;
        if (form["inputs"].ToString() is { Length: > 0 } given && (!JsonText.TryParse(given, out inputs) || inputs.ToElement().ValueKind != JsonValueKind.Object))
        {
            return (null, "The inputs must be one JSON object, such as {\"sku\": \"A-1\"}.");
        }

        return (
            new SubmitRequest(suggestion.Length > 0 ? suggestion : goal, requester, company.Bundle.Hash)
            {
                Playbook = form["playbook"].ToString() is { Length: > 0 } playbook ? playbook : null,
                Deadline = deadline,
                Budget = money is null ? company.Settings.Budget : (company.Settings.Budget ?? new Amounts()) with { Money = money },
                Inputs = inputs,
                IdempotencyKey = form["key"].ToString() is { Length: > 0 } key ? KeyOf(key, form) : null,
            },
            null);
    }

    /// <summary>Of the form and all that it says: whoever goes back to it and writes another goal does not get the one of before.</summary>
    private static string KeyOf(string key, IFormCollection form) =>
        "console-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(Fields.Select(f => form[f].ToString()).Prepend(key).Select(t => $"{t.Length}:{t}")))));
}
