namespace AiManager.Memory;

/// <summary>
/// Statements of <see cref="SqlMemories"/>: those that every provider understands, and in the classes below what only one does. All constant text. Every change of a row gives it the next
/// <c>seq</c>, so that who keeps vectors in memory sees what is behind the last one it read.
/// </summary>
internal abstract class MemorySql
{
    /// <summary>Columns of an entry, as <see cref="SqlMemories"/> reads them.</summary>
    public const string Columns = "m.id, m.kind, m.stream, m.people, m.is_open, m.title, m.body, m.labels, m.at_micros, m.seq";

    /// <summary>Where what is kept in memory stands against the store.</summary>
    public const string Head =
        "select coalesce((select value from memory_state where name = 'generation'), 0), coalesce((select max(seq) from memories), 0)";

    /// <summary>Changes behind a seq.</summary>
    public const string Changes =
        "select m.seq, m.id, m.kind, m.stream, m.gone, m.space, m.vector from memories m where m.seq > @after order by m.seq limit @limit";

    /// <summary>How far the journal has been read.</summary>
    public const string Position = "select value from memory_state where name = 'position'";

    /// <summary>Moves that on, never back.</summary>
    public const string SetPosition =
        "insert into memory_state (name, value) values ('position', @value) on conflict (name) do update set value = excluded.value where excluded.value > memory_state.value";

    /// <summary>Whoever keeps vectors must begin anew.</summary>
    public const string NextGeneration =
        "insert into memory_state (name, value) values ('generation', 1) on conflict (name) do update set value = memory_state.value + 1";

    /// <summary>The journal is read from its beginning.</summary>
    public const string ForgetPosition = "delete from memory_state where name = 'position'";

    /// <summary>Something was taken out of which bytes are left in files.</summary>
    public const string OweScrub = "insert into memory_state (name, value) values ('scrub', 1) on conflict (name) do update set value = memory_state.value + 1";

    /// <summary>How often that was, where the last scrub has not seen all of them; nothing where it has. The counts only rise, so that a scrub of before pays nothing that came after it.</summary>
    public const string OwedScrubs =
        "select value from memory_state where name = 'scrub' and value > coalesce((select value from memory_state where name = 'scrubbed'), 0)";

    /// <summary>It was done for as many.</summary>
    public const string PayScrub =
        "insert into memory_state (name, value) values ('scrubbed', @value) on conflict (name) do update set value = excluded.value where excluded.value > memory_state.value";

    /// <summary>Somebody is forgotten, under a digest: what keeps their words out must not tell of them. It stays when all else is cleared.</summary>
    public const string MarkForgotten = "insert into memory_forgotten (person) values (@person) on conflict (person) do nothing";

    /// <summary>Everybody who is.</summary>
    public const string Forgotten = "select person from memory_forgotten";

    /// <summary>No entries.</summary>
    public const string Clear = "delete from memories";

    /// <summary>How many of each kind and space, from an index alone: rows are long, and there may be many.</summary>
    public const string Counts = "select space, kind, count(*) from memories where gone = 0 group by space, kind";

    /// <summary>Some of those of which it has not been settled yet what their vector in a space is.</summary>
    public const string OutsideOf = "select " + Columns + " from memories m where m.gone = 0 and m.space <> @space and m.space <> @without order by m.seq limit @limit";

    /// <summary>Vectors of a space, up to a seq.</summary>
    public const string Placed = "select count(*) from memories where gone = 0 and space = @space and seq <= @seq";

    /// <summary>A vector of a space.</summary>
    public const string OneOf = "select vector from memories where gone = 0 and space = @space limit 1";

    /// <summary>Changes behind a seq, in number.</summary>
    public const string Behind = "select count(*) from memories where seq > @seq";

    /// <summary>Whether an entry is still what it was.</summary>
    public const string IsStill = "select count(*) from memories where id = @id and seq = @seq and gone = 0";

    /// <summary>A vector for an entry that is there.</summary>
    public const string SetVector = "update memories set seq = (select coalesce(max(seq), 0) + 1 from memories), space = @space, vector = @vector where id = @id";

    /// <summary>What names of how far places have been brought begin with.</summary>
    public const string PlacePrefix = "vectors:";

    /// <summary>A number by its name.</summary>
    public const string Named = "select value from memory_state where name = @name";

    /// <summary>Sets it.</summary>
    public const string SetNamed = "insert into memory_state (name, value) values (@name, @value) on conflict (name) do update set value = excluded.value";

    /// <summary>Only one place is brought up to date.</summary>
    public const string ForgetOtherPlaces = "delete from memory_state where name like 'vectors:%' and name <> @name";

    /// <summary>Older than a moment.</summary>
    public const string Older = "select id from memories where gone = 0 and kind = @kind and at_micros < @before";

    /// <summary>Tables and indexes, each statement harmless where they are there.</summary>
    public abstract IReadOnlyList<string> Schema { get; }

    /// <summary>Makes writers wait for one another where the engine does not; takes <c>@key</c>. Null where it does.</summary>
    public abstract string? Lock { get; }

    /// <summary>Answers whether this host may bring vectors to their place, until its transaction ends; takes <c>@key</c>. Null where there is no other host.</summary>
    public abstract string? TryBring { get; }

    /// <summary>Takes the old words of an entry out, before it is written; null where they are in its row.</summary>
    public abstract string? Unindex { get; }

    /// <summary>Writes an entry in place of the one of its id.</summary>
    public abstract string Put { get; }

    /// <summary>Puts the words of an entry in, after it was written; null where they are in its row.</summary>
    public abstract string? Index { get; }

    /// <summary>Leaves of an entry only that it is gone.</summary>
    public abstract string Forget { get; }

    /// <summary>Entries that may be made from somebody's words.</summary>
    public abstract string OfPerson { get; }

    /// <summary>Seqs of entries with one of the words, best first.</summary>
    public abstract string ByWords { get; }

    /// <summary>How many entries have a word, written as <see cref="One"/> does.</summary>
    public abstract string With { get; }

    /// <summary>Entries by seqs, which come as JSON.</summary>
    public abstract string BySeqs { get; }

    /// <summary>Ids and seqs of entries that have a vector of a space; ids come as JSON.</summary>
    public abstract string PlacedByIds { get; }

    /// <summary>What sees to it that nothing of what was forgotten is left in files; run alone, in order.</summary>
    public abstract IReadOnlyList<string> Scrub { get; }

    /// <summary>What cuts the log after that, and answers a number that is not 0 where somebody's reading kept it from being cut; null where the server keeps its log itself.</summary>
    public virtual string? CutLog => null;

    /// <summary>Words as the engine's search wants them: one of them suffices.</summary>
    public abstract string AnyOf(IEnumerable<string> words);

    /// <summary>A word as <see cref="With"/> wants it.</summary>
    public abstract string One(string word);
}
