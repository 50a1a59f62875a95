using System.Globalization;
using LlmGateway.Benchmarks;
using LlmGateway.Benchmarks.Gateway;
using LlmGateway.Benchmarks.Gateway.Servers;

return args switch
{
    ["gateway", .. var options] => await GatewayBenchmark.RunAsync(BenchmarkOptions.Parse(options)),
    ["spool", .. var options] => await SpoolBenchmark.RunAsync(options),
    ["serve-upstream", var port] => await UpstreamRole.RunAsync(int.Parse(port, CultureInfo.InvariantCulture)),
    ["serve-yarp", var port, var upstream] => await YarpRole.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), upstream),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: gateway [--quick] [--without-gateway] [--markdown FILE] | spool [SECONDS]");
    return 2;
}
