package org.malassay.environments.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The profile of the web service that the project has. */
public final class ServicesProfile {
  private static final Path CALLS =
      Path.of(System.getProperty("malassay.root"), "environments/defence/calls.h");
  private static final Pattern NAME = Pattern.compile("/\\* (\\w+) \\*/");

  private ServicesProfile() {}

  /** The calls that it allows. */
  public static SortedSet<String> calls() throws IOException {
    SortedSet<String> calls = new TreeSet<>();
    Matcher name = NAME.matcher(Files.readString(CALLS));
    while (name.find()) {
      calls.add(name.group(1));
    }
    return calls;
  }
}
