namespace AiManager.Memory.Tests;

public sealed class HeldVectorsTests : VectorPlaceContract
{
    private protected override Task<IVectorPlace> OpenAsync(string space) => Task.FromResult<IVectorPlace>(new HeldVectors());
}
