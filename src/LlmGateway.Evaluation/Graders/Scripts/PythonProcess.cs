using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace LlmGateway.Evaluation.Graders.Scripts;

/// <summary>Runs a caller's Python in a process for each item: source, sample and item go in as JSON, and the answer comes out as JSON.</summary>
internal sealed class PythonProcess(PythonOptions options)
{
    private const int MaxOutput = 64_000;

    /// <summary>What the script prints goes to the error output, so that only the answer is on the other. NaN is no JSON, and is told as a text.</summary>
    private const string Program =
        """
        import json, sys
        given = json.load(sys.stdin)
        answers, sys.stdout = sys.stdout, sys.stderr
        space = {"__name__": "grader"}
        exec(compile(given["source"], "grader.py", "exec"), space)
        score = space["grade"](given["sample"], given["item"])
        if isinstance(score, float) and (score != score or score in (float("inf"), float("-inf"))):
            score = str(score)
        json.dump(score, answers)
        """;

    /// <returns>The answer.</returns>
    /// <exception cref="ScriptException">There is none, and why.</exception>
    public async Task<string> GradeAsync(string source, GradedItem item, CancellationToken cancellationToken)
    {
        using var process = Start();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Timeout);
        // A read of a pipe ends for sure when its writer does.
        using var end = patience.Token.Register(() => Kill(process));
        try
        {
            return await TalkAsync(process, Input(source, item), patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ScriptException($"It ran longer than {options.Timeout.TotalSeconds:0.#} s.");
        }
        finally
        {
            Kill(process);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(options.Command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in options.Command.Skip(1).Append("-c").Append(Program))
        {
            start.ArgumentList.Add(argument);
        }

        // The server's environment holds its keys and passwords.
        start.Environment.Clear();
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new ScriptException($"The interpreter of Evaluation:Python:Command did not start: {exception.Message}");
        }
    }

    private static async Task<string> TalkAsync(Process process, string input, CancellationToken cancellationToken)
    {
        var output = ReadAsync(process.StandardOutput, cancellationToken);
        var errors = ReadAsync(process.StandardError, cancellationToken);
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code and errors tell why.
        }

        var (answer, complaints) = (await output, await errors);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? answer : throw new ScriptException(LastLine(complaints) ?? $"The interpreter ended with code {process.ExitCode}.");
    }

    /// <exception cref="ScriptException">There is too much of it.</exception>
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var buffer = new char[MaxOutput + 1];
        var length = await reader.ReadBlockAsync(buffer, cancellationToken);
        return length <= MaxOutput ? new string(buffer, 0, length) : throw new ScriptException($"It printed more than {MaxOutput} characters.");
    }

    /// <summary>Where Python names the error, after the trace.</summary>
    private static string? LastLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();

    private static string Input(string source, GradedItem item) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("source", source);
        writer.WritePropertyName("sample");
        (item.Sample?.ForTemplates() ?? JsonText.Parse("null")).WriteTo(writer);
        writer.WritePropertyName("item");
        item.Values.Item.WriteTo(writer);
        writer.WriteEndObject();
    });

    /// <summary>With all that it started, as far as that has not left it: a sandbox with process ids of its own lets nothing leave.</summary>
    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }
}
