namespace Loop;

/// <summary>What the command line asks for.</summary>
/// <param name="Folder">Where the report goes.</param>
/// <param name="Stays">Whether the system stays up after it, to be looked at.</param>
/// <param name="BaseUrl">A running system to use; null to start one that ends with the demo.</param>
/// <param name="ApiKey">An admin key of it.</param>
internal sealed record DemoOptions(string Folder, bool Stays, Uri? BaseUrl, string? ApiKey)
{
    /// <summary>Reads <c>[FOLDER] [--stay] [--base-url URL --api-key KEY]</c>.</summary>
    public static DemoOptions Read(IReadOnlyList<string> arguments)
    {
        var options = new DemoOptions("artifacts/demo", false, null, null);
        for (var index = 0; index < arguments.Count; index++)
        {
            options = arguments[index] switch
            {
                "--stay" => options with { Stays = true },
                "--base-url" => options with { BaseUrl = new Uri(Next()) },
                "--api-key" => options with { ApiKey = Next() },
                var folder => options with { Folder = folder },
            };

            string Next() => ++index < arguments.Count ? arguments[index] : throw new ArgumentException($"{arguments[index - 1]} needs a value.");
        }

        return options.BaseUrl is null == options.ApiKey is null ? options : throw new ArgumentException("--base-url and --api-key belong together.");
    }
}
