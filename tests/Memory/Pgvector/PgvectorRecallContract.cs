namespace AiManager.Memory.Tests;

/// <summary>Recall whose vectors are in PostgreSQL by pgvector, at the end of a wire that can be cut.</summary>
public abstract class PgvectorRecallContract : FarRecallContract
{
    private readonly string _tenant = PgvectorServer.NewTenant();
    private LooseWire _wire = null!;

    protected override string PlaceName => $"PostgreSQL at 127.0.0.1:{_wire.Port}/postgres by pgvector, tenant {_tenant}";

    protected override string SaysDown => "cannot be reached.";

    protected override bool IsDown
    {
        set => _wire.IsCut = value;
    }

    protected override Task Holds
    {
        set => _wire.Holds = value;
    }

    private string Table => PgvectorSql.TableOf(_tenant, HashedEmbedding.Space);

    protected override Task StartAsync()
    {
        _wire = LooseWire.To(PgvectorServer.Port);
        return Task.CompletedTask;
    }

    protected override async Task EndAsync() => await _wire.DisposeAsync();

    protected override VectorHome Home(double seconds = 60) => PgvectorServer.Home(_tenant, _wire.Port, seconds);

    private protected override IVectorPlace Other(string space = HashedEmbedding.Space) => new PgvectorPlace(PgvectorServer.Home(_tenant), PgvectorServer.ConnectionAt(PgvectorServer.Port), space);

    protected override Task DropAsync() => PgvectorServer.RunAsync($"drop table {Table}; delete from aimanager_vector_spaces where name = '{Table}'");
}
