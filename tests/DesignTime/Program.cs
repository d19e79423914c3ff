await Console.Error.WriteLineAsync("This project exists for tests/DesignTime/migrate.sh.");
return 2;
