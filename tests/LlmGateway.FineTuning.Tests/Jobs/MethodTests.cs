using System.Text;
using System.Text.Json;
using LlmGateway.FineTuning.Tests.Backends;

namespace LlmGateway.FineTuning.Tests.Jobs;

/// <summary>The ways of training, and what is said of their data.</summary>
public sealed class MethodTests : IAsyncLifetime
{
    private static readonly object Grader = new { type = "string_check", name = "same", operation = "eq", input = "{{sample.output_text}}", reference = "{{item.reference_answer}}" };
    private Neighbours _neighbours = null!;
    private RecordedBackend _backend = null!;
    private FineTuningHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _neighbours = await Neighbours.StartAsync();
        _backend = await RecordedBackend.StartAsync();
        _host = await FineTuningHost.StartAsync(_neighbours, null, ("FineTuning:Backends:openai:BaseUrl", _backend.BaseUrl));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _backend.DisposeAsync();
        await _neighbours.DisposeAsync();
    }

    [Fact]
    public async Task Preference_is_trained_on_two_answers_with_its_own_hyperparameters()
    {
        var id = await CreateAsync(Repeat(Preference), new { type = "dpo", dpo = new { hyperparameters = new { beta = 0.2, n_epochs = 2 } } });
        var job = await _host.ReachAsync(id, "succeeded");
        Assert.Equal("dpo", job.GetProperty("method").GetProperty("type").GetString());
        var sent = Assert.Single(_backend.Jobs);
        Assert.Equal(0.2, (double)sent["method"]!["dpo"]!["hyperparameters"]!["beta"]!);
    }

    [Fact]
    public async Task Reinforcement_takes_its_grader_to_the_backend()
    {
        var id = await CreateAsync(
            Repeat(Reinforcement), new { type = "reinforcement", reinforcement = new { grader = Grader, hyperparameters = new { reasoning_effort = "low", eval_interval = 5 } } });
        await _host.ReachAsync(id, "succeeded");
        var settings = Assert.Single(_backend.Jobs)["method"]!["reinforcement"]!;
        Assert.Equal(("string_check", "low"), ((string?)settings["grader"]!["type"], (string?)settings["hyperparameters"]!["reasoning_effort"]));
    }

    [Theory]
    [InlineData("""{"type": "magic"}""", "method.type")]
    [InlineData("""{"type": "dpo", "supervised": {}}""", "method.supervised")]
    [InlineData("""{"type": "dpo", "dpo": {"hyperparameters": {"beta": 3}}}""", "method.dpo.hyperparameters.beta")]
    [InlineData("""{"type": "supervised", "supervised": {"hyperparameters": {"beta": 1}}}""", "method.supervised.hyperparameters.beta")]
    [InlineData("""{"type": "supervised", "supervised": {"grader": {}}}""", "method.supervised.grader")]
    [InlineData("""{"type": "reinforcement", "reinforcement": {}}""", "method.reinforcement.grader")]
    [InlineData("""{"type": "dpo", "dpo": {"gamma": 1}}""", "method.dpo.gamma")]
    public async Task A_method_that_is_none_is_refused_by_the_name_of_its_field(string method, string param)
    {
        var (status, json) = await _host.PostAsync("/v1/fine_tuning/jobs", new { model = "openai/gpt-4o-mini", training_file = _neighbours.AddFile(TrainingText.Good), method = JsonElement.Parse(method) });
        Assert.Equal((400, param), (status, json.GetProperty("error").GetProperty("param").GetString()));
    }

    [Fact]
    public async Task Data_in_another_methods_form_fails_by_its_line()
    {
        var id = await CreateAsync(TrainingText.Good, new { type = "dpo" });
        var error = (await _host.ReachAsync(id, "failed")).GetProperty("error");
        Assert.Contains("Line 1: ", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("In all, 30 examples cannot.", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_breaks_at_seven_thousand_is_named_and_nothing_is_trained()
    {
        var id = await CreateAsync(TrainingText.Lines(6999) + "broken\n" + TrainingText.Lines(10), null);
        var error = (await _host.ReachAsync(id, "failed")).GetProperty("error");
        Assert.Contains("Line 7000: ", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(_backend.Files);
    }

    [Theory]
    [InlineData("""{"city": "Rome"}""", null)]
    [InlineData("""{"city": 3}""", "the arguments of the call of 'weather' do not fit its 'parameters': #/city: StringExpected")]
    [InlineData("no json", "the arguments of the call of 'weather' are not JSON")]
    public async Task Calls_of_tools_are_held_against_their_schemas(string arguments, string? fault)
    {
        var line = JsonSerializer.Serialize(new
        {
            messages = new object[]
            {
                new { role = "user", content = "How is it in Rome?" },
                new { role = "assistant", tool_calls = new[] { new { id = "call_1", type = "function", function = new { name = "weather", arguments } } } },
            },
            tools = new[] { new { type = "function", function = new { name = "weather", parameters = new { type = "object", properties = new { city = new { type = "string" } } } } } },
        });
        var id = await CreateAsync(TrainingText.Good + line + "\n", null);
        var job = await _host.ReachAsync(id, fault is null ? "succeeded" : "failed");
        if (fault is not null)
        {
            Assert.Contains($"Line 31: {fault}", job.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_found_in_the_data_is_kept_and_told()
    {
        var id = await CreateAsync(TrainingText.Good + TrainingText.Line("thing 0 is as red as red can be", "is_red") + "\n" + TrainingText.Line("a violet", "is_violet") + "\n", null);
        await _host.ReachAsync(id, "succeeded");
        var checks = await _host.GetAsync($"/v1/fine_tuning/jobs/{id}/checks");
        Assert.Equal((32, 1), (checks.GetProperty("training").GetProperty("examples").GetInt32(), checks.GetProperty("training").GetProperty("duplicates").GetInt32()));
        Assert.Equal(4, checks.GetProperty("training").GetProperty("labels").GetProperty("count").GetInt32());
        Assert.Equal(["duplicates", "rare_labels"], checks.GetProperty("warnings").EnumerateArray().Select(one => one.GetProperty("code").GetString()));
        Assert.Contains(await _host.MessagesAsync(id), message => message.Contains("'is_violet'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_metrics_of_a_training_are_a_file()
    {
        var id = await _host.CreateAsync(new { model = "local/chat", training_file = _neighbours.AddFile(TrainingText.Good), hyperparameters = new { n_epochs = 2 } });
        var job = await _host.ReachAsync(id, "succeeded");
        Assert.Equal($"file-{id}-results.csv", Assert.Single(job.GetProperty("result_files").EnumerateArray()).GetString());
        var lines = _neighbours.Uploads[$"{id}-results.csv"].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy", lines[0], StringComparison.Ordinal);
        Assert.Equal(["1", "2", "3", "4"], lines[1..].Select(line => line.Split(',')[0]));
    }

    private Task<string> CreateAsync(string data, object? method) =>
        _host.CreateAsync(new { model = "openai/gpt-4o-mini", training_file = _neighbours.AddFile(data), method });

    private static string Repeat(Func<int, string> line)
    {
        var text = new StringBuilder();
        for (var i = 0; i < 12; i++)
        {
            text.AppendLine(line(i));
        }

        return text.ToString();
    }

    private static string Preference(int i) => JsonSerializer.Serialize(new
    {
        input = new { messages = new[] { new { role = "user", content = $"question {i}" } } },
        preferred_output = new[] { new { role = "assistant", content = $"a good answer to {i}" } },
        non_preferred_output = new[] { new { role = "assistant", content = "no" } },
    });

    private static string Reinforcement(int i) => JsonSerializer.Serialize(new { messages = new[] { new { role = "user", content = $"question {i}" } }, reference_answer = $"{i}" });
}
