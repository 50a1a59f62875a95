using System.Text.Json;
using Microsoft.Extensions.Options;

namespace LlmGateway.Hosts.Standalone;

/// <summary>Starts the host; what stops a start is said in a line, not in a stack trace.</summary>
internal static class Startup
{
    public static async Task<int> RunAsync(string[] args, Func<WebApplication> build)
    {
        try
        {
            await using var app = build();
            await app.RunAsync();
            return 0;
        }
        catch (Exception exception) when (Explain(exception) is { } message)
        {
            await Console.Error.WriteLineAsync($"LlmGateway cannot start: {message}");
            var file = StandaloneConfiguration.FindFile(args);
            await Console.Error.WriteLineAsync($"Configuration is read from {file ?? "appsettings.json"}, the environment and the command line.");
            return 1;
        }
    }

    private static string? Explain(Exception exception) => exception switch
    {
        OptionsValidationException options => string.Join(Environment.NewLine, options.Failures),
        InvalidOperationException invalid => invalid.InnerException is { } inner ? $"{invalid.Message} {inner.Message}" : invalid.Message,
        InvalidDataException data => $"{data.Message} {data.GetBaseException().Message}",
        FileNotFoundException missing => missing.Message,
        JsonException json => json.Message,
        IOException io => io.Message,
        UnauthorizedAccessException denied => denied.Message,
        _ => null,
    };
}
