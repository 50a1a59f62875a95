using Acornima;
using Acornima.Ast;
using Jint;
using Jint.Runtime;

namespace LlmGateway.Evaluation.Graders.Scripts;

/// <summary>
/// A script that is parsed once and run in an engine of its own for each item, so that no item can leave anything to another. The
/// engine has the language and nothing of the host, and is bounded in time, statements, memory and recursion.
/// </summary>
internal sealed class JavaScript
{
    private const int MaxStatements = 1_000_000;
    private const int MaxRecursion = 200;
    private const int MaxArraySize = 1_000_000;

    /// <summary>All that is allocated while it runs counts, and not only what is held at its end.</summary>
    private const long MaxAllocatedBytes = 64 << 20;

    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);

    /// <summary>The answer leaves as text, within the limits. JSON has no NaN and would make null of it, which is an abstention.</summary>
    private static readonly Prepared<Script> Call = Engine.PrepareScript(
        """
        JSON.stringify(grade(JSON.parse($sample), JSON.parse($item)), (name, value) => typeof value === 'number' && !isFinite(value) ? String(value) : value)
        """);

    /// <summary>One operation on buffers or big integers may take a gigabyte or a minute, between two looks at the limits.</summary>
    private static readonly Prepared<Script> Remove = Engine.PrepareScript(
        """
        for (const name of ['ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Atomics', 'BigInt', 'BigInt64Array', 'BigUint64Array', 'Int8Array', 'Uint8Array',
          'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'Temporal']) {
          delete globalThis[name];
        }
        """);

    private static readonly Prepared<Script> HasGrade = Engine.PrepareScript("typeof grade === 'function'");

    private readonly Prepared<Script> _script;

    private JavaScript(Prepared<Script> script) => _script = script;

    /// <exception cref="ScriptException">It does not parse, or has no function <c>grade</c>.</exception>
    public static JavaScript Compile(string source)
    {
        try
        {
            var script = Engine.PrepareScript(source);
            RefuseBigIntegers(script.Program!);
            using var engine = Start(script, CancellationToken.None);
            return engine.Evaluate(HasGrade).AsBoolean()
                ? new JavaScript(script)
                : throw new ScriptException("The script has no function grade(sample, item).");
        }
        catch (ScriptPreparationException exception)
        {
            throw new ScriptException(exception.InnerException is ParseErrorException error
                ? $"Line {error.LineNumber}, column {error.Column + 1}: {error.Description}"
                : exception.Message);
        }
        catch (Exception exception) when (Explain(exception) is { } reason)
        {
            throw new ScriptException(reason);
        }
    }

    /// <returns>What it answered, as JSON; null for undefined.</returns>
    /// <exception cref="ScriptException">It threw, or went over a limit.</exception>
    public string? Grade(GradedItem item, CancellationToken cancellationToken)
    {
        try
        {
            using var engine = Start(_script, cancellationToken);
            engine.SetValue("$sample", item.Sample is { } sample ? sample.ForTemplates().GetRawText() : "null");
            engine.SetValue("$item", item.Values.Item.GetRawText());
            var answer = engine.Evaluate(Call);
            return answer.IsString() ? answer.AsString() : null;
        }
        catch (Exception exception) when (Explain(exception) is { } reason)
        {
            throw new ScriptException(reason);
        }
    }

    private static Engine Start(Prepared<Script> script, CancellationToken cancellationToken) => new Engine(options =>
    {
        options.Strict();
        options.DisableStringCompilation();
        options.MaxStatements(MaxStatements);
        options.LimitRecursion(MaxRecursion);
        options.LimitMemory(MaxAllocatedBytes);
        options.TimeoutInterval(MaxTime);
        options.CancellationToken(cancellationToken);
        options.Constraints.MaxArraySize = MaxArraySize;
        options.Constraints.RegexTimeout = MaxTime;
        options.Constraints.StackOverflowGuard = true;
    }).Execute(Remove).Execute(script);

    private static void RefuseBigIntegers(Script script)
    {
        var nodes = new Stack<Node>([script]);
        while (nodes.TryPop(out var node))
        {
            if (node is BigIntLiteral)
            {
                throw new ScriptException($"Line {node.Location.Start.Line}, column {node.Location.Start.Column + 1}: big integers are not supported.");
            }

            foreach (var child in node.ChildNodes)
            {
                nodes.Push(child);
            }
        }
    }

    /// <summary>What a script's author should read; null for what is no fault of the script.</summary>
    private static string? Explain(Exception exception) => exception switch
    {
        JavaScriptException thrown => $"Line {thrown.Location.Start.Line}: {thrown.Message}",
        StatementsCountOverflowException => $"It ran more than {MaxStatements} statements.",
        MemoryLimitExceededException => $"It allocated more than {MaxAllocatedBytes >> 20} MB.",
        RecursionDepthOverflowException => $"It called itself more than {MaxRecursion} deep.",
        TimeoutException => $"It ran longer than {MaxTime.TotalSeconds:0} s.",
        OutOfMemoryException => "It asked for more memory than there is.",
        JintException other => other.Message,
        _ => null,
    };
}

/// <summary>A script cannot be used, or gave no answer, and why.</summary>
internal sealed class ScriptException(string message) : Exception(message);
