using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Retrieval.Sources;

/// <summary>
/// What structured sources may reach. Addresses and secrets are here and nowhere else: a request names a connection, and only a
/// project that the connection lists may do so.
/// </summary>
public sealed class SourceOptions
{
    public const string Section = "Retrieval";

    /// <summary>Stands among a connection's projects for all of them.</summary>
    public const string AllProjects = "*";

    /// <summary>Databases by the name that requests use. The default is none.</summary>
    public Dictionary<string, SqlConnectionOptions> Connections { get; init; } = [];

    /// <summary>JSON services by the name that requests use. The default is none.</summary>
    public Dictionary<string, HttpConnectionOptions> HttpConnections { get; init; } = [];

    /// <summary>Queries that run at the same time in a process; further ones wait for as long as they may run. The default is 16.</summary>
    [Range(1, 256)]
    public int SourceQueries { get; set; } = 16;

    /// <summary>Most that one answer of a source may have, in bytes of JSON; the default is 256 KiB.</summary>
    [Range(1024, 16 << 20)]
    public int SourceBytes { get; set; } = 256 << 10;
}

/// <summary>A database that is only read.</summary>
public sealed class SqlConnectionOptions
{
    /// <summary>PostgreSQL's (<c>Host=…</c>) or SQLite's (<c>Data Source=…</c>). Give it a user that may only read what is meant to be read.</summary>
    [Required]
    public string ConnectionString { get; set; } = "";

    /// <summary>The projects that may use it, or <c>*</c>; the default is none.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];
}

/// <summary>One call of a service that answers with JSON.</summary>
public sealed class HttpConnectionOptions
{
    /// <summary>Where the service is, such as <c>https://weather.example/v1/</c>.</summary>
    [Required]
    public string BaseAddress { get; set; } = "";

    /// <summary>The path below the address, with parameters in braces: <c>cities/{city}/forecast</c>. The other parameters go into the query.</summary>
    [Required]
    public string Path { get; set; } = "";

    /// <summary>The parameters by name.</summary>
    public Dictionary<string, HttpParameterOptions> Parameters { get; init; } = [];

    /// <summary>Headers that are sent with each call, such as a key. Nobody is shown them.</summary>
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>The projects that may use it, or <c>*</c>; the default is none.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];
}

/// <summary>A parameter of a JSON service.</summary>
public sealed class HttpParameterOptions
{
    /// <summary>What it means, for the model.</summary>
    public string Description { get; set; } = "";

    /// <summary><c>string</c>, <c>integer</c>, <c>number</c> or <c>boolean</c>; the default is <c>string</c>.</summary>
    [RegularExpression("string|integer|number|boolean")]
    public string Type { get; set; } = "string";

    /// <summary>Whether a call must have it; one in the path always must. The default is true.</summary>
    public bool Required { get; set; } = true;
}
