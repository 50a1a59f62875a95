using LlmGateway.Gateway.Spooling;
using LlmGateway.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LlmGateway.Benchmarks.Ingestion;

/// <summary>A data folder whose spool is filled with calls.</summary>
internal sealed class FullSpool : IDisposable
{
    private readonly TempFolder _folder = new();

    public FullSpool(int bodyBytes, int records)
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton<SpoolMetrics>().BuildServiceProvider();
        using var spool = new InferenceSpool(
            Options.Create(new SpoolOptions { Path = _folder.File("spool"), MaxBytes = 16L << 30 }),
            services.GetRequiredService<SpoolMetrics>(),
            TimeProvider.System,
            NullLogger<InferenceSpool>.Instance);
        var calls = new SampleCalls(bodyBytes);
        for (var number = 0; number < records; number++)
        {
            var record = SampleCalls.Record(number);
            spool.Append(record, calls.Request(number), calls.Response(number));
            LastId = record.Id;
        }
    }

    public string Path => _folder.Path;

    /// <summary>The call that is shipped last.</summary>
    public Guid LastId { get; }

    /// <summary>Starts an application on this folder and returns when it has shipped everything.</summary>
    public static async Task ShipAsync(WebApplication app)
    {
        await app.StartAsync();
        var spool = app.Services.GetRequiredService<InferenceSpool>();
        while (spool.UnshippedBytes > 0)
        {
            await Task.Delay(1);
        }
    }

    public void Dispose() => _folder.Dispose();
}
