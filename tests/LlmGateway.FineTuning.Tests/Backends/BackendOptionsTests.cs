using LlmGateway.FineTuning.Backends;

namespace LlmGateway.FineTuning.Tests.Backends;

/// <summary>Wrong configurations of backends are refused at the start, naming the setting.</summary>
public sealed class BackendOptionsTests
{
    [Fact]
    public void A_backend_by_OpenAIs_protocol_needs_an_address()
    {
        Assert.Null(Failure(new BackendOptions { BaseUrl = "https://api.openai.com/v1" }));
        Assert.StartsWith("FineTuning:Backends:mine:BaseUrl must be", Failure(new BackendOptions { BaseUrl = "api.openai.com" }), StringComparison.Ordinal);
        Assert.StartsWith("FineTuning:Backends:mine:Trainer is for Kind 'Command'", Failure(new BackendOptions { BaseUrl = "https://x/v1", Trainer = new() { Command = { "x" } } }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_trainer_needs_a_command_and_limits_within_their_ranges()
    {
        Assert.Null(Failure(Command(new() { Command = { "python3" } })));
        Assert.StartsWith("FineTuning:Backends:mine:Trainer:Command must be", Failure(Command(new())), StringComparison.Ordinal);
        Assert.Contains("MaxRuns", Failure(Command(new() { Command = { "python3" }, MaxRuns = 0 })), StringComparison.Ordinal);
        Assert.Contains("MaxDiskBytes", Failure(Command(new() { Command = { "python3" }, MaxDiskBytes = 1 })), StringComparison.Ordinal);
        Assert.Contains("Trainer:Environment:A=B", Failure(Command(new() { Command = { "python3" }, Environment = { ["A=B"] = "" } })), StringComparison.Ordinal);
        Assert.Contains("must not be blank", Failure(Command(new() { Command = { "python3" }, Image = " " })), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../mine")]
    [InlineData(".hidden")]
    [InlineData("a b")]
    public void A_trainers_backend_has_a_name_that_can_be_a_folders(string name) =>
        Assert.Contains("its name becomes a folder's", Failure(Command(new() { Command = { "python3" } }), name), StringComparison.Ordinal);

    private static BackendOptions Command(TrainerOptions trainer) => new() { Kind = BackendKind.Command, Trainer = trainer };

    private static string? Failure(BackendOptions backend, string name = "mine") =>
        new BackendOptionsCheck().Validate(null, new FineTuningOptions { Backends = { [name] = backend } }).FailureMessage;
}
