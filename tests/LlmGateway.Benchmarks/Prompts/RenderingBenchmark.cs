using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Prompts.Templates;

namespace LlmGateway.Benchmarks.Prompts;

/// <summary>What rendering a template of 4 KB with 20 variables takes; it was read once.</summary>
[InProcess]
[MemoryDiagnoser]
public class RenderingBenchmark
{
    private const double GoalMicroseconds = 20;
    private const int Variables = 20;
    private const int Length = 4096;

    private readonly PromptContent _content = Content();
    private CompiledPrompt _prompt = null!;
    private JsonObject _variables = null!;

    public static int Run()
    {
        var summary = BenchmarkRunner.Run<RenderingBenchmark>();
        foreach (var report in summary.Reports)
        {
            var microseconds = (report.ResultStatistics?.Median ?? double.NaN) / 1000;
            var isRender = report.BenchmarkCase.Descriptor.WorkloadMethod.Name == nameof(Render);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.BenchmarkCase.Descriptor.WorkloadMethod.Name}, 4 KB and {Variables} variables: {microseconds:0.0} µs{(!isRender ? "" : microseconds <= GoalMicroseconds ? ": met" : ": MISSED")}"));
        }

        return summary.HasCriticalValidationErrors ? 1 : 0;
    }

    [GlobalSetup]
    public void SetUp()
    {
        _prompt = PromptTemplates.Compile(_content);
        _variables = JsonNode.Parse($"{{{string.Join(',', Enumerable.Range(0, Variables).Select(index => $"\"v{index}\": \"value {index}\""))}}}")!.AsObject();
    }

    /// <summary>What a request pays.</summary>
    [Benchmark]
    public int Render() => _prompt.Render(_variables).Messages[0].Content.Length;

    /// <summary>What a version pays, once in a process.</summary>
    [Benchmark]
    public int Compile() => PromptTemplates.Compile(_content).Messages.Count;

    private static PromptContent Content()
    {
        var text = new StringBuilder();
        for (var index = 0; index < Variables; index++)
        {
            text.Append(CultureInfo.InvariantCulture, $"The customer said {{{{ v{index} }}}}, and we know this of it. {{% if v{index} != '' %}}Mind {{{{ v{index} | upcase }}}}.{{% endif %}}\n")
                .Append('x', (Length / Variables) - 110).Append('\n');
        }

        return new PromptContent
        {
            Messages = [new("system", text.ToString())],
            Variables = [.. Enumerable.Range(0, Variables).Select(index => new PromptVariable($"v{index}"))],
        };
    }
}
