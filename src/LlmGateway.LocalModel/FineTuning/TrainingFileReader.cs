using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.LocalModel;

/// <summary>Reads OpenAI's supervised format: a line an example, <c>{"messages": […]}</c>, of which the last answer and the user's message before it count.</summary>
internal static class TrainingFileReader
{
    /// <summary>The examples.</summary>
    /// <exception cref="TrainingException">A line is no example, or there is none.</exception>
    public static List<Example> Read(Stream stream, string param)
    {
        using var reader = new StreamReader(stream);
        var examples = new List<Example>();
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length > 0)
            {
                examples.Add(Parse(line, number, param));
            }
        }

        return examples.Count > 0 ? examples : throw new TrainingException($"The file has no example. Write one a line: {{\"messages\": […]}}.", param);
    }

    private static Example Parse(string line, int number, string param)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var turns = json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("messages", out var messages)
                ? MessageParser.Read(messages, "messages")
                : throw new TrainingException($"Line {number}: 'messages' is missing.", param);
            var answer = turns.FindLastIndex(turn => turn.Role == "assistant");
            var question = answer < 0 ? -1 : turns.FindLastIndex(answer, turn => turn.Role == "user");
            return question >= 0 ? new Example(turns[question].Text, turns[answer].Text)
                : throw new TrainingException($"Line {number}: an example needs a user's message and the assistant's answer to it.", param);
        }
        catch (JsonException)
        {
            throw new TrainingException($"Line {number} is not JSON.", param);
        }
        catch (ApiException exception)
        {
            throw new TrainingException($"Line {number}: {exception.Message}", param);
        }
    }
}

/// <summary>The training cannot be done with this file; says what to change.</summary>
internal sealed class TrainingException(string message, string param) : Exception(message)
{
    public string Param => param;
}
