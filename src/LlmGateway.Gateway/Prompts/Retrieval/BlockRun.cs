namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>
/// What the blocks of one request asked for and got. A template is rendered until it meets no block that was not looked up: so
/// nothing is looked up that a condition leaves out, and one block's query may hold what another found.
/// </summary>
/// <param name="input">What the user said last; null for nothing.</param>
internal sealed class BlockRun(string? input)
{
    private readonly Dictionary<BlockRequest, BlockResult> _found = [];
    private readonly List<BlockRequest> _wanted = [];
    private readonly List<BlockRequest> _met = [];

    public string? Input { get; } = input;

    /// <summary>What is still to be looked up.</summary>
    public IReadOnlyList<BlockRequest> Wanted => _wanted;

    /// <summary>How much was looked up so far, whether or not the last rendering met it.</summary>
    public int Count => _found.Count;

    /// <summary>What the last rendering met, in its order.</summary>
    public IEnumerable<BlockResult> Met => _met.Select(request => _found[request]);

    /// <summary>Begins a rendering.</summary>
    public void Begin() => _met.Clear();

    public BlockResult Find(BlockRequest request)
    {
        if (!_met.Contains(request))
        {
            _met.Add(request);
        }

        if (_found.TryGetValue(request, out var found))
        {
            return found;
        }

        if (!_wanted.Contains(request))
        {
            _wanted.Add(request);
        }

        return BlockResult.None;
    }

    /// <summary>Takes what was wanted, in its order.</summary>
    public void Take(IReadOnlyList<BlockResult> results)
    {
        for (var index = 0; index < results.Count; index++)
        {
            _found[_wanted[index]] = results[index];
        }

        _wanted.Clear();
    }
}
