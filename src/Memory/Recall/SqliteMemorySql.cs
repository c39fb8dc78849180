namespace AiManager.Memory;

/// <summary>Words in an FTS5 table whose row ids are the entries' seqs; ranked by its BM25.</summary>
/// <param name="isReadOnly">True where somebody else makes tables and indexes, maybe an earlier release.</param>
internal sealed class SqliteMemorySql(bool isReadOnly = false) : MemorySql
{
    private const string NextSeq = "(select coalesce(max(seq), 0) + 1 from memories)";

    public override IReadOnlyList<string> Schema { get; } =
    [
        """
        create table if not exists memories (
          seq integer primary key, id text not null unique, kind text not null, stream text not null, people text not null, is_open integer not null, title text not null, body text not null,
          labels text not null, at_micros integer not null, space text not null, vector blob not null, gone integer not null default 0)
        """,
        "create index if not exists memories_counted on memories (gone, space, kind)",
        "create index if not exists memories_told on memories (seq, kind, stream)",
        "create virtual table if not exists memory_words using fts5(words, tokenize = 'unicode61 remove_diacritics 0')",
        "create virtual table if not exists memory_terms using fts5vocab(memory_words, 'row')",
        "create table if not exists memory_state (name text primary key, value integer not null)",
        "create table if not exists memory_forgotten (person text primary key)",
    ];

    // A write transaction of SQLite is alone.
    public override string? Lock => null;

    // One process writes a data folder.
    public override string? TryBring => null;

    public override string Unindex => "delete from memory_words where rowid = (select seq from memories where id = @id)";

    public override string Put =>
        $"""
        insert into memories (seq, id, kind, stream, people, is_open, title, body, labels, at_micros, space, vector)
        values ({NextSeq}, @id, @kind, @stream, @people, @is_open, @title, @body, @labels, @at_micros, @space, @vector)
        on conflict (id) do update set seq = excluded.seq, kind = excluded.kind, stream = excluded.stream, people = excluded.people, is_open = excluded.is_open, title = excluded.title,
          body = excluded.body, labels = excluded.labels, at_micros = excluded.at_micros, space = excluded.space, vector = excluded.vector, gone = 0
        """;

    public override string Index => "insert into memory_words (rowid, words) values ((select seq from memories where id = @id), @words)";

    public override string Forget =>
        $"update memories set seq = {NextSeq}, kind = '', stream = '', people = '', is_open = 0, title = '', body = '', labels = '', at_micros = 0, space = '', vector = x'', gone = 1 where id = @id and gone = 0";

    public override string OfPerson => "select id from memories where gone = 0 and instr(people, ',' || @person || ',') > 0";

    // A word may stand in very many entries, and their rows are long: of which kind each is, an index alone says. The engine would look at the rows, by their key.
    public override string ByWords =>
        $"""
        select m.seq from memory_words w join memories m {(isReadOnly ? string.Empty : "indexed by memories_told")} on m.seq = w.rowid
        where memory_words match @words and (@kinds = '' or instr(@kinds, ',' || m.kind || ',') > 0) and m.stream <> @except
        order by bm25(memory_words), m.seq limit @limit
        """;

    public override string With => "select doc from memory_terms where term = @words";

    public override string BySeqs => $"select {Columns} from memories m where m.gone = 0 and m.seq in (select value from json_each(@seqs))";

    public override string PlacedByIds => "select id, seq from memories where gone = 0 and space = @space and id in (select value from json_each(@ids))";

    // Deleted words stay in their segments until those are merged, and pages in the log until it is cut.
    public override IReadOnlyList<string> Scrub { get; } =
        ["insert into memory_words (memory_words) values ('optimize')", "vacuum"];

    public override string CutLog => "pragma wal_checkpoint(truncate)";

    public override string AnyOf(IEnumerable<string> words) => string.Join(" OR ", words.Select(w => $"\"{w}\""));

    public override string One(string word) => word;
}
