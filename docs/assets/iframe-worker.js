// The search runs in a worker, and a browser starts none for a page that was opened as a file. Here is one in a frame,
// with the part of a worker's interface that the search uses. Over http the browser's own workers are left alone.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.ready = new Promise((resolve) => (this.frame.onload = resolve));
      this.frame.srcdoc = `<script>
        var postMessage = (data) => parent.dispatchEvent(new MessageEvent("from-worker", { data }));
      </scr` + `ipt><script src="${url}"></scr` + `ipt>`;
      window.addEventListener("from-worker", ({ data }) => {
        this.dispatchEvent(new MessageEvent("message", { data }));
      });
      document.body.append(this.frame);
    }

    postMessage(data) {
      this.ready.then(() => {
        this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }));
      });
    }
  };
}
