namespace AiManager.Memory;

/// <summary>A piece of a text that stands by itself.</summary>
/// <param name="From">Its first character in the text, from 0.</param>
/// <param name="To">Behind its last character.</param>
/// <param name="Heading">The headings above it, outermost first; empty when there are none.</param>
/// <param name="Text">What it says.</param>
internal sealed record Passage(int From, int To, string Heading, string Text);
