/** Writes the notes of a sheet. */

import { columnName } from "../../base/range.ts";
import type { CommentLayout } from "./workbook-layout.ts";
import { escapeXml, textElement, XML_DECLARATION } from "./xml-text.ts";

/** `xl/commentsN.xml`: the texts of the notes (ECMA-376 part 1, 18.7). */
export function commentsXml(comments: readonly CommentLayout[]): string {
  const authors = [...new Set(comments.map((comment) => comment.author))];
  return [
    XML_DECLARATION,
    '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors>',
    ...authors.map((author) => `<author>${escapeXml(author)}</author>`),
    "</authors><commentList>",
    ...comments.map(
      ({ row, column, author, text }) =>
        `<comment ref="${columnName(column)}${row}" authorId="${authors.indexOf(author)}">` +
        `<text>${textElement(text)}</text></comment>`,
    ),
    "</commentList></comments>",
  ].join("");
}

/**
 * `xl/drawings/vmlDrawingN.vml`: the boxes in which Excel shows the notes. Without them, Excel calls
 * the file damaged.
 */
export function commentBoxesVml(comments: readonly CommentLayout[]): string {
  return [
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"',
    ' xmlns:x="urn:schemas-microsoft-com:office:excel">',
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>',
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">',
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>',
    ...comments.map(
      ({ row, column }, index) =>
        `<v:shape id="_x0000_s${1025 + index}" type="#_x0000_t202" ` +
        'style="position:absolute;width:108pt;height:60pt;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">' +
        '<v:fill color2="#ffffe1"/><v:path o:connecttype="none"/><v:textbox/>' +
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>' +
        `<x:Anchor>${column}, 15, ${row}, 2, ${column + 2}, 15, ${row + 4}, 2</x:Anchor>` +
        `<x:AutoFill>False</x:AutoFill><x:Row>${row - 1}</x:Row><x:Column>${column - 1}</x:Column>` +
        "</x:ClientData></v:shape>",
    ),
    "</xml>",
  ].join("");
}
