var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:5080");

var app = builder.Build();
app.MapGet("/health/live", () => TypedResults.Ok());
app.Run();
