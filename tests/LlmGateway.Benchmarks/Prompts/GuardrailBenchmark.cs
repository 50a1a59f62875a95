using System.Diagnostics;
using System.Diagnostics.Metrics;
using LlmGateway.Gateway.Guardrails;
using LlmGateway.Gateway.Guardrails.Answers;
using LlmGateway.Gateway.Guardrails.Checks;
using LlmGateway.Gateway.Guardrails.PersonalData;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Benchmarks.Prompts;

/// <summary>What patterns and personal data cost: on a text of 4 KB, and on each piece of a stream.</summary>
internal static class GuardrailBenchmark
{
    private const int Runs = 5;
    private const int Rounds = 200;
    private const int TextLength = 4096;
    private const string Sentence = "The order of Ann (ann@example.com, +49 30 901820) was sent on 5 May, and paid by 4111 1111 1111 1111. ";

    public static int Run()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new GuardrailMetrics(services.GetRequiredService<IMeterFactory>());
        var set = new GuardrailSet([Make("pattern"), Make("personal_data")]);
        var plain = string.Concat(Enumerable.Repeat("Words that hold nothing of the kind, and go on for a while. ", 100))[..TextLength];
        var personal = string.Concat(Enumerable.Repeat(Sentence, 50))[..TextLength];
        Console.WriteLine("| pattern and personal data | µs, median (least–most) |");
        Console.WriteLine("|---|---|");
        Row("4 KB without any", () => CheckAsync(set, metrics, plain), 1);
        Row("4 KB, 40 sentences with three each", () => CheckAsync(set, metrics, personal), 1);
        string[] pieces = [.. plain.Chunk(4).Select(piece => new string(piece))];
        Row("a piece of 4 characters of a stream, window of 200", () => StreamAsync(set, metrics, pieces), pieces.Length);
        return 0;
    }

    private static void Row(string name, Func<Task> work, int parts)
    {
        var micros = Enumerable.Range(0, Runs + 1).Select(_ => Measure(work) / parts).Skip(1).Order().ToArray();
        Console.WriteLine(FormattableString.Invariant($"| {name} | {micros[Runs / 2]:0.0} ({micros[0]:0.0}–{micros[^1]:0.0}) |"));
    }

    private static double Measure(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; round < Rounds; round++)
        {
            work().GetAwaiter().GetResult();
        }

        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / Rounds;
    }

    private static async Task CheckAsync(GuardrailSet set, GuardrailMetrics metrics, string text) =>
        await Guard(set, metrics).CheckAsync(text, isContent: true, CancellationToken.None);

    private static async Task StreamAsync(GuardrailSet set, GuardrailMetrics metrics, string[] pieces)
    {
        var window = new TextWindow(Guard(set, metrics), new GuardrailOptions(), isContent: true);
        foreach (var piece in pieces)
        {
            await window.PushAsync(piece, final: false, CancellationToken.None);
        }

        await window.PushAsync("", final: true, CancellationToken.None);
    }

    private static TextGuard Guard(GuardrailSet set, GuardrailMetrics metrics) => new(
        set, new CheckedCall(GuardrailStage.Output, new Caller(Caller.DefaultProject, null, Scopes.Inference), null, null, ""), new Placeholders(),
        new GuardrailVerdicts(metrics, GuardrailStage.Output));

    private static CompiledGuardrail Make(string type) =>
        new(type, "", new GuardrailDefinition { Stage = GuardrailStage.Output, Action = GuardrailAction.Mask })
        {
            Type = type,
            Spans = type == "pattern" ? new PatternCheck(new PatternRule(["project tulip", @"\bcodename [A-Z]\w+"], IgnoreCase: true)) : new PersonalDataCheck(new PersonalDataRule()),
        };
}
