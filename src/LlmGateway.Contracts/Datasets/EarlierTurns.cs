namespace LlmGateway.Contracts.Datasets;

/// <summary>
/// What Datasets tells the gateway of a response that a request continues: <c>GET /internal/responses/{id}</c>, for the
/// caller's project. A JSON object of these members.
/// </summary>
public static class EarlierTurns
{
    /// <summary>A parameter of the query: how many milliseconds a response that is not known may take to arrive; 0 by default.</summary>
    public const string Wait = "wait_ms";

    /// <summary>The response's id.</summary>
    public const string BodyId = "body_id";

    /// <summary>The configured provider that answered; it may remember the response itself.</summary>
    public const string Provider = "provider";

    /// <summary>All input and output items up to the response, in order; absent when any of them is not kept.</summary>
    public const string Items = "items";

    /// <summary>Whether the items are missing because there are too many.</summary>
    public const string IsTooLong = "is_too_long";
}
