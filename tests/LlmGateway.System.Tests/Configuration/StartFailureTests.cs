using System.Globalization;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>A configuration that does not hold together stops the start with a line that says where it is wrong.</summary>
public sealed class StartFailureTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData("""{"Gateway":{"MaxRequestBytes":"many"}}""", "MaxRequestBytes")]
    [InlineData("""{"Gateway":{"MaxRequestBytes":1}}""", "MaxRequestBytes")]
    [InlineData("""{"Gateway":{"MaxRequestByte":2048}}""", "MaxRequestByte")]
    [InlineData("""{"Gateway":{"Providers":{"p":{"BaseUrl":"http://example.org","ApiKy":"x"}}}}""", "Gateway:Providers:p:ApiKy is no setting. Settings here: ")]
    [InlineData("""{"Gateway":{"Spool":{"SegmentByte":0}}}""", "Gateway:Spool:SegmentByte is no setting.")]
    [InlineData("""{"Datasets":{"Retension":{"RowDays":7}}}""", "Datasets:Retension is no setting. Settings here: TrainingPrices, Partitions, Retention.")]
    [InlineData("""{"Evaluation":{"Leases":{"Worker":7}}}""", "Evaluation:Leases:Worker is no setting.")]
    [InlineData("""{"Gateway":{"Providers":{"p":{"BaseUrl":"ftp://example.org"}}}}""", "Gateway:Providers:p:BaseUrl")]
    [InlineData("""{"Gateway":{"Providers":{"p":{"BaseUrl":"http://example.org","Kind":"Azur"}}}}""", "Gateway:Providers:p:Kind")]
    [InlineData("""{"Gateway":{"Providers":{"prompt":{"BaseUrl":"http://example.org"}}}}""", "Gateway:Providers:prompt")]
    [InlineData("""{"Gateway":{"Routes":{"fast":{"Cache":"All"}}}}""", "Gateway:Routes:fast:Model")]
    [InlineData("""{"Gateway":{"Routes":{"a":{"Model":"b"},"b":{"Model":"local/chat"}}}}""", "Gateway:Routes:a:Model")]
    [InlineData("""{"Gateway":{"DefaultProvider":"nobody"}}""", "Gateway:DefaultProvider")]
    [InlineData("""{"Gateway":{"Spool":{"SegmentBytes":0}}}""", "SegmentBytes")]
    [InlineData("""{"Gateway":{"Cache":{"SizeBytes":-1}}}""", "Gateway:Cache:SizeBytes")]
    [InlineData("""{"Gateway":{"Models":{"test/m":{"InputUsdPerMillion":-1}}}}""", "Gateway:Models:test/m:InputUsdPerMillion")]
    [InlineData("""{"Gateway":""", "LineNumber: 0")]
    public async Task It_ends_with_code_1_and_names_the_key_and_the_file(string config, string key)
    {
        using var data = new TempFolder();
        var file = Path.Combine(data.Path, "gateway.json");
        await File.WriteAllTextAsync(file, config, TestContext.Current.CancellationToken);
        var (code, output) = await StartAsync(data.Path, file);
        Assert.True(code == 1, output);
        Assert.Contains(key, output, StringComparison.Ordinal);
        Assert.Contains(file, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        using var data = new TempFolder();
        var (code, output) = await StartAsync(data.Path, Path.Combine(data.Path, "missing.json"));
        Assert.True(code == 1, output);
        Assert.Contains("missing.json", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_is_the_gateway_itself_is_refused()
    {
        using var data = new TempFolder();
        var port = FreePort.Next();
        var (code, output) = await StartAsync(
            data.Path, null, port,
            ("OPENAI_API_KEY", "sk-x"), ("OPENAI_BASE_URL", string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}/v1")));
        Assert.True(code == 1, output);
        Assert.Contains("OPENAI_BASE_URL", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> StartAsync(
        string data, string? config, int? port = null, params (string Name, string Value)[] environment)
    {
        string[] arguments = ["--urls", $"http://127.0.0.1:{port ?? FreePort.Next()}", .. config is null ? [] : new[] { "--config", config }];
        var start = HostProgram.Describe("Standalone", data, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return await HostProgram.RunAsync(start, Limit);
    }
}
