using System.Globalization;
using LlmGateway.Benchmarks;
using LlmGateway.Benchmarks.Allocations;
using LlmGateway.Benchmarks.Browser;
using LlmGateway.Benchmarks.Datasets;
using LlmGateway.Benchmarks.Evaluation;
using LlmGateway.Benchmarks.Gateway;
using LlmGateway.Benchmarks.Gateway.Servers;
using LlmGateway.Benchmarks.Gateway.Soak;
using LlmGateway.Benchmarks.Ingestion;
using LlmGateway.Benchmarks.Local;
using LlmGateway.Benchmarks.Prompts;
using LlmGateway.Benchmarks.Retrieval;
using LlmGateway.Benchmarks.Sequential;
using LlmGateway.Benchmarks.Shadows;

return args switch
{
    ["gateway", .. var options] => await GatewayBenchmark.RunAsync(BenchmarkOptions.Parse(options)),
    ["soak", .. var options] => await SoakBenchmark.RunAsync(options),
    ["services", .. var options] => await ServicesBenchmark.RunAsync(options),
    ["local"] => LocalBenchmark.Run(),
    ["ingestion", .. var options] => await IngestionBenchmark.RunAsync(options),
    ["datasets", .. var options] => await DatasetsBenchmark.RunAsync(options),
    ["evaluation", .. var options] => await EvaluationBenchmark.RunAsync(options),
    ["console", .. var options] => await ConsoleBenchmark.RunAsync(options),
    ["sequential"] => SequentialBenchmark.Run(),
    ["shadows", .. var options] => await ShadowBenchmark.RunAsync(options),
    ["spool", .. var options] => await SpoolBenchmark.RunAsync(options),
    ["prompts"] => await PromptBenchmark.RunAsync(),
    ["semantic"] => await SemanticBenchmark.RunAsync(),
    ["retrieval", .. var options] => await RetrievalBenchmark.RunAsync(options),
    ["allocations"] => AllocationBenchmark.Run(),
    ["guardrails"] => GuardrailBenchmark.Run(),
    ["serve-upstream", var port] => await UpstreamRole.RunAsync(int.Parse(port, CultureInfo.InvariantCulture)),
    ["serve-otlp", var port] => await OtlpSinkRole.RunAsync(int.Parse(port, CultureInfo.InvariantCulture)),
    ["serve-yarp", var port, var upstream] => await YarpRole.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), upstream),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: gateway [--quick] [--without-gateway] [--markdown FILE] | soak [MINUTES [SVG]] | services [RUNS] | local | spool [SECONDS] | ingestion [RUNS | embedded [RUNS] | broker [RUNS] | list [ROWS]] | datasets [near | embedded | postgres] [CALLS] | evaluation [ROUNDS] | prompts | semantic | guardrails | sequential | shadows [ROUNDS] | retrieval | console [CALLS] | allocations");
    return 2;
}
