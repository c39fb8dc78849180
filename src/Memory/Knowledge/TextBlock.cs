namespace AiManager.Memory;

/// <summary>A paragraph, or a heading.</summary>
/// <param name="From">Its first character in the file's text.</param>
/// <param name="To">Behind its last character.</param>
/// <param name="Level">1 to 6 for a heading, 0 for anything else.</param>
/// <param name="Text">Its words.</param>
internal sealed record TextBlock(int From, int To, int Level, string Text);
