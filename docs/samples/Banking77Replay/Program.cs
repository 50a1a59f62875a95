using System.ClientModel;
using Banking77Replay;
using OpenAI;

// Asks 500 real customers' questions twice, 16 at a time, and shows what the gateway made of it.
// The application knows nothing of the gateway: its address and key come from the variables of every OpenAI SDK.
var baseUrl = Environment.GetEnvironmentVariable("OPENAI_BASE_URL") ?? "http://127.0.0.1:8080/v1";
if (Environment.GetEnvironmentVariable("OPENAI_API_KEY") is not { Length: > 0 } key)
{
    Console.Error.WriteLine("Set OPENAI_API_KEY to a key of the gateway; it prints one at its first start.");
    return 2;
}

var model = args is [var named, ..] ? named : "local/chat";
var client = new OpenAIClient(new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri(baseUrl) });
var replay = new Replay(client.GetChatClient(model), Lines("intents.txt"));
var questions = Lines("questions.txt");

Console.WriteLine($"{questions.Length} questions to {model} at {baseUrl}, {Replay.Parallel} at a time");
Console.WriteLine(PassResult.Header);
foreach (var pass in new[] { "first", "second" })
{
    Console.WriteLine((await replay.RunAsync(questions)).Row(pass));
}

return 0;

static string[] Lines(string file) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, file));
