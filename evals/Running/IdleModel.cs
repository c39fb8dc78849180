namespace AiManager.Evals;

/// <summary>
/// The control: a model that answers every question with a wish for a person, and so does nothing at all. A case that passes with it expects too little: nothing bad happens
/// where nothing happens.
/// </summary>
internal static class IdleModel
{
    /// <summary>Puts it in the model's place: its file is before all others, and the first rule that fits is played.</summary>
    public static Mutant Mutant { get; } = new("anything", [new Trouble.File(new ConfigPlace("IdleModel", 1, 1), "scripts/00-idle.yaml", Find: null, Script)]);

    private const string Script = """
        rules:
          - name: somebody should look at it
            when: { step: [understand, outline, detail, act, review] }
            reply: { json: { cannot: A person should look at this. } }

        """;
}
