using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmGateway.Service;

/// <summary>Starts a host; what stops a start is said in a line, not in a stack trace.</summary>
public static class HostStart
{
    /// <summary>With this argument a host migrates its databases and ends.</summary>
    public const string MigrateOnly = "--migrate";

    /// <summary>Patterns can come from a caller, in a JSON Schema; none of them may take a thread for longer.</summary>
    private static readonly TimeSpan RegexTime = TimeSpan.FromSeconds(1);

    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(string[] args, Func<WebApplication> build)
    {
        // .NET reads it once, before the first pattern: a default for whoever names no time.
        AppDomain.CurrentDomain.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", RegexTime);
        try
        {
            await using var app = build();
            if (args.Contains(MigrateOnly))
            {
                await MigrateAsync(app);
                return 0;
            }

            app.Services.GetService<IStartupValidator>()?.Validate();
            if (app.Services.GetService<StartChecks>() is { } checks)
            {
                await checks.StartingAsync(app.Lifetime.ApplicationStopping);
            }

            await app.RunAsync();
            return 0;
        }
        catch (OperationCanceledException)
        {
            // Asked to end before it had started.
            return 0;
        }
        catch (Exception exception) when (Explain(exception) is { } message)
        {
            await Console.Error.WriteLineAsync($"LlmGateway cannot start: {message}");
            var file = HostConfiguration.FindFile(args);
            await Console.Error.WriteLineAsync($"Configuration is read from {file ?? "appsettings.json"}, the environment and the command line.");
            return 1;
        }
    }

    private static async Task MigrateAsync(WebApplication app)
    {
        foreach (var migration in app.Services.GetServices<IStartCheck>().OfType<StoreMigration>())
        {
            await migration.RunAsync(app.Lifetime.ApplicationStopping);
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
