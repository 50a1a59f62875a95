using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.Configuration;

namespace LlmGateway.Gateway.Keys;

/// <summary>
/// The first key: <c>LLMGATEWAY_ADMIN_KEY</c>, or one made once and kept in the data folder, readable by its owner only.
/// </summary>
public sealed class AdminKey
{
    public const string ConfigurationKey = "LLMGATEWAY_ADMIN_KEY";
    private const int MinimumLength = 16;

    public AdminKey(IConfiguration configuration)
    {
        if (configuration[ConfigurationKey] is { Length: > 0 } configured)
        {
            Value = configured.Length >= MinimumLength
                ? configured
                : throw new InvalidOperationException($"{ConfigurationKey} is too short: give it at least {MinimumLength} characters.");
            return;
        }

        if (StoreConnection.Read(configuration, GatewayStorage.ConnectionName).IsPostgres)
        {
            throw new InvalidOperationException(
                $"{ConfigurationKey} is not set. Gateways on a shared database need the same one, at least {MinimumLength} characters; none makes its own.");
        }

        Path = System.IO.Path.Combine(DataFolder.Get(configuration), "admin.key");
        Value = File.Exists(Path) ? File.ReadAllText(Path).Trim() : Make(Path);
    }

    public string Value { get; }

    /// <summary>The file that keeps it; null when it came from the configuration.</summary>
    public string? Path { get; }

    internal Caller Caller { get; } = new(Caller.DefaultProject, "key_admin", Scopes.Admin);

    private static string Make(string path)
    {
        var key = ApiKeySecret.Create().Key;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(key);
        return key;
    }
}
