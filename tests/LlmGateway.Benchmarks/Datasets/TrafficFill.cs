using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using LlmGateway.Benchmarks.Ingestion;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Benchmarks.Datasets;

/// <summary>
/// Fills the log by the service's own writer. Each ninth call is of the model <c>support</c>, and of those each tenth repeats the
/// question of an earlier one, word by word or but for one word. One in fifty of them is liked.
/// </summary>
internal static class TrafficFill
{
    private const int BatchCalls = 500;
    private const int SupportEvery = 9;
    private const int RepeatEvery = 10;
    private const int LikedEvery = 50;
    private const int QuestionWords = 24;
    private const int Vocabulary = 5000;

    // A little ago and a millisecond apart, so that ids are in the order of time.
    private static readonly long Start = TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds();

    /// <returns>How long the calls took.</returns>
    public static async Task<TimeSpan> FillAsync(DatasetsServer server, int calls)
    {
        var began = Stopwatch.GetTimestamp();
        foreach (var batch in Enumerable.Range(0, calls).Chunk(BatchCalls))
        {
            var frames = new ArrayBufferWriter<byte>(1 << 20);
            foreach (var number in batch)
            {
                InferenceFrameCodec.Write(frames, Frame(number));
            }

            var result = await server.Sink.StoreAsync(frames.WrittenMemory, CancellationToken.None);
            if (result.Answer != SinkAnswer.Stored)
            {
                throw new InvalidOperationException($"A batch was not stored: {result}");
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(began);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, calls).Where(number => number % (SupportEvery * LikedEvery) == 0),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (number, _) => await server.PostAsync(
                "/v1/feedback", $$"""{"inference_id":"{{BodyId(number)}}","metric":"helpful","value":{{(number % 2 == 0 ? "true" : "false")}}}"""));
        return elapsed;
    }

    /// <summary>The question of the support call with this number among them, of some 150 characters.</summary>
    public static string Question(int support)
    {
        var isRepeat = support % RepeatEvery == RepeatEvery - 1;
        var random = new Random(isRepeat ? support - (RepeatEvery / 2) : support);
        var words = Enumerable.Range(0, QuestionWords).Select(_ => Word(random.Next(Vocabulary))).ToArray();
        if (isRepeat && support % (2 * RepeatEvery) == RepeatEvery - 1)
        {
            words[QuestionWords / 2] = "otherwise";
        }

        return string.Join(' ', words);
    }

    private static InferenceFrame Frame(int number)
    {
        var isSupport = number % SupportEvery == 0;
        var question = isSupport ? Question(number / SupportEvery) : "hello";
        var model = isSupport ? "support" : "chat";
        var createdAt = Start + number;
        var record = SampleCalls.Record(number) with
        {
            Id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(createdAt)),
            BodyId = BodyId(number),
            RequestedModel = model,
            Model = $"openai/{model}",
            CreatedAtMicros = createdAt * 1000,
            Metadata = isSupport ? new Dictionary<string, string> { ["team"] = "support" } : null,
            EpisodeId = $"ep_{number:x32}",
        };
        return new InferenceFrame(
            record,
            Encoding.UTF8.GetBytes($$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{question}}"}]}"""),
            Encoding.UTF8.GetBytes($$"""{"id":"{{record.BodyId}}","choices":[{"index":0,"message":{"role":"assistant","content":"answer {{number}}"},"finish_reason":"stop"}]}"""));
    }

    private static string BodyId(int number) => string.Create(CultureInfo.InvariantCulture, $"chatcmpl-{unchecked((uint)number * 2_654_435_761):x8}{number:x8}");

    private static string Word(int number) => string.Create(CultureInfo.InvariantCulture, $"{(char)('a' + (number % 26))}{number:x}e");
}
