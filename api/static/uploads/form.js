// What to send: the kind, the file, an empty template of the kind.

import { t } from "../console/language.js";
import { make } from "../console/nodes.js";

export const KINDS = ["stock-movements", "stock-counts", "purchase-orders", "items", "sites", "requisitions"];
const FORMATS = ["xlsx", "csv"];

export const kindName = (kind) => t(`kindof.${kind.replaceAll("-", "_")}`);

/** `onSend(kind, file)` is called with what was chosen. */
export function createForm(onSend) {
  const kind = make("select", { id: "upload-kind" }, ...KINDS.map((each) => make("option", { value: each }, kindName(each))));
  const file = make("input", { id: "upload-file", type: "file", accept: ".csv,.xlsx,text/csv", required: true });
  const button = make("button.main", { type: "submit" }, t("uploads.send"));
  const templates = FORMATS.map((format) => make("a", { download: true }, format.toUpperCase()));
  const problem = make("p.error", { role: "alert", hidden: true });
  const node = make("form.send", {},
    make("p", {}, make("label", { for: "upload-kind" }, t("uploads.kind")), kind),
    make("p.drop", {}, make("label", { for: "upload-file" }, t("uploads.file")), file, make("small", {}, t("uploads.drop"))),
    make("p.templates", {}, make("small", {}, t("uploads.template")), ...templates),
    button, problem);

  function point() {
    templates.forEach((link, index) => {
      link.href = `/v1/uploads/templates/${kind.value}?format=${FORMATS[index]}`;
    });
  }

  node.addEventListener("submit", (event) => {
    event.preventDefault();
    if (file.files.length) onSend(kind.value, file.files[0]);
  });
  node.addEventListener("dragover", (event) => event.preventDefault());
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) file.files = event.dataTransfer.files;
  });
  kind.addEventListener("change", point);
  point();
  return {
    node,
    busy: (is) => {
      button.disabled = is;
      button.textContent = is ? t("uploads.sending") : t("uploads.send");
    },
    complain: (words) => {
      problem.hidden = words === null;
      problem.textContent = words === null ? "" : `${t("uploads.refused")}: ${words}`;
    },
  };
}
