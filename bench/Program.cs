Console.WriteLine("No benchmark is here yet.");
