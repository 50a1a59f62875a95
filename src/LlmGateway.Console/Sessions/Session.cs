namespace LlmGateway.Console.Sessions;

/// <summary>Somebody who signed in. It stays in the server: the browser has the id alone, in a cookie that scripts cannot read.</summary>
/// <param name="Id">What the cookie holds.</param>
/// <param name="Key">The API key, which every request of the session's pages carries.</param>
/// <param name="Owner">What the gateway says of the key.</param>
/// <param name="StartedAt">When it signed in.</param>
internal sealed record Session(string Id, string Key, CurrentKey Owner, DateTimeOffset StartedAt);

/// <summary>A key as <c>GET /v1/keys/current</c> tells it.</summary>
/// <param name="Id">Its public id.</param>
/// <param name="Name">What it is called.</param>
/// <param name="ProjectId">Whose data it sees.</param>
/// <param name="Scopes"><c>admin</c>, or of <c>inference</c> and <c>data</c> those that it has.</param>
/// <param name="ExpiresAt">Unix seconds; null for never.</param>
internal sealed record CurrentKey(string Id, string Name, string ProjectId, IReadOnlyList<string> Scopes, long? ExpiresAt)
{
    /// <summary>Whether it may do what needs a scope; <c>admin</c> contains the others.</summary>
    public bool Has(string scope) => Scopes.Contains(scope) || Scopes.Contains("admin");
}
