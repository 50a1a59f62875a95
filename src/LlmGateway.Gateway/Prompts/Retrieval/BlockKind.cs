namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>A tag that stands for something looked up elsewhere, such as <c>{% retrieve store: "handbook", as: passages %}</c>.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Arguments">What may stand in it, besides <c>as</c>.</param>
internal sealed record BlockKind(string Tag, params IReadOnlyList<BlockArgument> Arguments)
{
    /// <summary>The argument that names the variable which holds what was found; without it the tag writes it.</summary>
    public const string As = "as";

    /// <summary>Whether the request fails while the block's service is away; every kind has it. The default is true.</summary>
    public static readonly BlockArgument Required = new("required", BlockArgumentType.Boolean);

    /// <summary>Where <see cref="TakesParameters"/> stand in a request, by name.</summary>
    public const string Parameters = "parameters";

    /// <summary>Whether other arguments than these are values of the caller's own names. The default is false.</summary>
    public bool TakesParameters { get; init; }

    /// <summary>All that templates may use; each has an <see cref="IBlockSource"/>.</summary>
    public static readonly IReadOnlyList<BlockKind> All = [RetrieveBlock.Kind, ExamplesBlock.Kind, SqlBlock.Kind];
}
