using System.Globalization;
using System.Net;
using System.Text;
using LlmGateway.Benchmarks.Gateway.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Benchmarks.Gateway.Servers;

/// <summary>
/// The provider: answers 1 KB, or 100 KB to a request of that size, or a stream of 50 chunks 20 ms apart; one that asks for stamps gets
/// chunks that tell when they were sent. All other bytes are made beforehand, so that it costs the shared processors little.
/// <c>GET /count</c> tells the calls so far.
/// </summary>
internal static class UpstreamRole
{
    private const int ChunkCount = 50;
    private const int LargeFrom = 50_000;
    private static readonly TimeSpan ChunkPace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan QuickPace = TimeSpan.FromMilliseconds(4);
    private static readonly byte[] Small = Completion(1_000);
    private static readonly byte[] Large = Completion(100_000);
    private static readonly byte[] Chunk = Frame("""{"delta":{"content":" word"},"index":0,"finish_reason":null}""");
    private static readonly byte[] End =
        [.. Frame("""{"delta":{},"index":0,"finish_reason":"stop"}"""), .. Frame("", ""","usage":{"prompt_tokens":200,"completion_tokens":50,"total_tokens":250}"""), .. "data: [DONE]\n\n"u8];

    private static readonly byte[] QuickMark = Encoding.ASCII.GetBytes(StampedStream.QuickMark);
    private static readonly byte[] StampMark = Encoding.ASCII.GetBytes(StampedStream.Mark);

    private static long _calls;

    public static async Task<int> RunAsync(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        await using var app = builder.Build();
        app.Run(ServeAsync);
        await app.RunAsync();
        return 0;
    }

    private static async Task ServeAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.WriteAsync(
                Interlocked.Read(ref _calls).ToString(CultureInfo.InvariantCulture), context.RequestAborted);
            return;
        }
        Interlocked.Increment(ref _calls);
        var (length, stream) = await ReadAsync(context);
        var isMessages = context.Request.Path.Value!.EndsWith("/messages", StringComparison.Ordinal);
        if (stream is { } chosen)
        {
            await StreamAsync(context, chosen with { IsMessages = isMessages });
        }
        else
        {
            await AnswerAsync(context, isMessages ? MessageAnswers.Plain : length >= LargeFrom ? Large : Small);
        }
    }

    private static async Task<(long Length, StreamKind? Stream)> ReadAsync(HttpContext context)
    {
        var (length, stream) = (0L, (StreamKind?)null);
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
            // The load asks for streams within the first bytes.
            if (length == 0)
            {
                stream = KindOf(read.Buffer.FirstSpan);
            }

            length += read.Buffer.Length;
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return (length, stream);
            }
        }
    }

    private static StreamKind? KindOf(ReadOnlySpan<byte> request) =>
        request.IndexOf("\"stream\":true"u8) < 0 ? null
        : new StreamKind(request.IndexOf(StampMark) >= 0, request.IndexOf(QuickMark) >= 0 ? QuickPace : ChunkPace);

    private static async Task AnswerAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    private static async Task StreamAsync(HttpContext context, StreamKind stream)
    {
        context.Response.ContentType = "text/event-stream";
        try
        {
            using var pace = new PeriodicTimer(stream.Pace);
            if (stream.IsMessages)
            {
                await context.Response.BodyWriter.WriteAsync(MessageAnswers.Start, context.RequestAborted);
            }

            for (var i = 0; i < ChunkCount; i++)
            {
                if (i > 0)
                {
                    await pace.WaitForNextTickAsync(context.RequestAborted);
                }

                await context.Response.BodyWriter.WriteAsync(stream.Next(), context.RequestAborted);
            }
            await context.Response.BodyWriter.WriteAsync(stream.IsMessages ? MessageAnswers.End : End, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The measure of the first chunk leaves early.
        }
    }

    private static byte[] StampedChunk() => Frame($$"""{"delta":{"content":"{{StampedStream.Now()}}"},"index":0,"finish_reason":null}""");

    private static byte[] Completion(int size)
    {
        const string Head =
            """{"id":"chatcmpl-bench","object":"chat.completion","created":1735689600,"model":"fixed","choices":[{"index":0,"message":{"role":"assistant","content":" """;
        const string Tail =
            """ ","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":200,"completion_tokens":150,"total_tokens":350}}""";
        return Encoding.ASCII.GetBytes(Head + new string('x', size - Head.Length - Tail.Length) + Tail);
    }

    private static byte[] Frame(string choice, string usage = "") => Encoding.ASCII.GetBytes(
        $$"""data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1735689600,"model":"fixed","choices":[{{choice}}]{{usage}}}""" + "\n\n");

    private readonly record struct StreamKind(bool Stamped, TimeSpan Pace)
    {
        public bool IsMessages { get; init; }

        /// <summary>The next chunk, with its stamp where one is asked for.</summary>
        public byte[] Next() =>
            IsMessages ? MessageAnswers.Chunk(Stamped ? StampedStream.Now() : " word")
            : Stamped ? StampedChunk()
            : Chunk;
    }
}
