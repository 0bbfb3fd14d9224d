package processor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;

/** Writes a class {@code Listing} that makes one of each class that is {@link Listed}. */
@SupportedAnnotationTypes("processor.Listed")
public final class ListedProcessor extends AbstractProcessor {
  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latest();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    // Sorted, so that the order in which the compiler reads its files does not matter.
    TreeSet<String> names = new TreeSet<>();
    String inPackage = "";
    for (TypeElement annotation : annotations) {
      for (Element element : round.getElementsAnnotatedWith(annotation)) {
        names.add("new " + element.getSimpleName() + "()");
        inPackage = element.getEnclosingElement().toString();
      }
    }
    if (!names.isEmpty()) {
      write(inPackage, String.join(", ", names));
    }
    return true;
  }

  private void write(String inPackage, String instances) {
    try (Writer file =
        processingEnv.getFiler().createSourceFile(inPackage + ".Listing").openWriter()) {
      file.write(
          "package " + inPackage + ";\n"
              + "public final class Listing {\n"
              + "  public static java.util.List<Property> all() {\n"
              + "    return java.util.Arrays.asList(" + instances + ");\n"
              + "  }\n"
              + "  private Listing() {}\n"
              + "}\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
