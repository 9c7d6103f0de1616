package org.malassay.reports.writing;

import java.io.IOException;
import java.io.Writer;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.malassay.sample.SafeText;

/** XML, an element a line. What XML 1.0 forbids is not printable either. */
public final class Xml {
  private final XMLStreamWriter xml;
  private int depth;

  private Xml(XMLStreamWriter xml) {
    this.xml = xml;
  }

  /** What writes to the document. */
  public interface Body {
    void writeTo(Xml xml) throws XMLStreamException;
  }

  /** Writes a whole document. */
  public static void write(Writer out, Body body) throws IOException {
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      body.writeTo(new Xml(xml));
      xml.writeCharacters("\n");
      xml.writeEndDocument();
      xml.flush();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
  }

  /**
   * An element with others in it.
   *
   * @param attributes hostile text, in their order
   */
  public void element(String name, Map<String, String> attributes, Body body)
      throws XMLStreamException {
    start(name, attributes);
    depth++;
    body.writeTo(this);
    depth--;
    line();
    xml.writeEndElement();
  }

  /**
   * An element with text in it.
   *
   * @param lines printable already
   */
  public void element(String name, Map<String, String> attributes, String lines)
      throws XMLStreamException {
    start(name, attributes);
    xml.writeCharacters(lines);
    xml.writeEndElement();
  }

  private void start(String name, Map<String, String> attributes) throws XMLStreamException {
    line();
    xml.writeStartElement(name);
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      xml.writeAttribute(attribute.getKey(), SafeText.printable(attribute.getValue()));
    }
  }

  private void line() throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
  }
}
