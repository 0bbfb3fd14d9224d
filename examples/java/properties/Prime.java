package properties;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import log.Log;
import processor.Listed;

/** In the list of primes. */
@Listed
public final class Prime implements Property {
  private final Set<Integer> primes = read("/sieve/primes.txt");

  @Override
  public boolean holds(int number) {
    return primes.contains(number);
  }

  private static Set<Integer> read(String resource) {
    InputStream file = Prime.class.getResourceAsStream(resource);
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      Set<Integer> numbers = reader.lines().map(Integer::valueOf).collect(Collectors.toSet());
      Log.say(numbers.size() + " primes");
      return numbers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
